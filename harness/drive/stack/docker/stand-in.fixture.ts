/** Stands in for the harness in the tests of crashes: boots the readers, says how far it is, and waits to be killed. */

import { readFileSync } from "node:fs";
import { startSupervisor } from "../../supervisor/connect.ts";
import { bootDocker } from "../docker.ts";
import { readersOptions, readersTarget } from "./readers.fixture.ts";
import type { TestImages } from "./test-images.fixture.ts";

interface Wish {
  run: string;
  folder: string;
  stateFolder: string;
  images: TestImages;
}

const { run, folder, stateFolder, images }: Wish = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const say = (note: string): void => void process.stdout.write(`${note}\n`);
const supervisor = await startSupervisor({ run, stateFolder });
await bootDocker(readersTarget, readersOptions(supervisor, { run, folder, images, onProgress: say }));
say("up");
