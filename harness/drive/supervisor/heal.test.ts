/** What `heal` does of a journal that a reboot has cut off: everything was ended by that, except what others run. */

import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { healInterrupted } from "./heal.ts";
import { openJournal, readJournals } from "./journal.ts";
import type { Undo } from "./protocol.ts";

const identity = { pid: 4_000, startTicks: 77 };

test("after a reboot, systems that others run are healed, and whoever has the address of a proxy of ours is left alone", async () => {
  using folder = temporaryFolder();
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url ?? "");
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  const http = (path: string, livesElsewhere: boolean): Undo => ({ do: "http", method: "DELETE", url: `${origin}/${path}`, body: null, done: [204], verify: null, livesElsewhere });
  const heal = [process.execPath, "-e", 'require("node:fs").writeFileSync("healed", "")'];
  const undos: Undo[] = [http("theirs", true), http("ours", false), { do: "command", command: heal, workingFolder: folder.path, verify: null }, { do: "signal", process: identity, signal: "SIGKILL" }];

  const journal = openJournal(folder.path, { entry: "run", run: "r1", boot: "another", supervisor: identity, harness: identity, scratchFolder: join(folder.path, "scratch") });
  for (const [index, undo] of undos.entries()) journal.append({ entry: "lease", lease: String(index), undo });
  expect(await healInterrupted({ stateFolder: folder.path })).toEqual([{ run: "r1", was: "interrupted", complete: true, left: [] }]);
  expect(asked).toEqual(["/theirs"]);
  expect(existsSync(join(folder.path, "healed"))).toBe(true);
  expect(readJournals(folder.path)).toEqual([]);
  server.close();
});
