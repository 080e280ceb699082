import { expect, test } from "vitest";
import { allowFileSchema, type ComposeAllowance } from "../../../scenario/target/allow.ts";
import { askEngine } from "../../supervisor/system/engine.ts";
import { placeOfEngine } from "./engine-place.ts";

const reason = "the engine beside the job";
const engines = (...list: { host: string; port: number }[]): ComposeAllowance["engines"] => allowFileSchema.parse({ compose: { engines: list.map((each) => ({ ...each, reason })) } }).compose.engines;
const at = (address: string) => async (): Promise<string[]> => [address];

test("this machine's engine may be used without a word, by its socket or on loopback", async () => {
  expect(await placeOfEngine({ DOCKER_HOST: "unix:///run/engine.sock" }, [])).toEqual({ endpoint: "unix:///run/engine.sock", elsewhere: null });
  expect(await placeOfEngine({ DOCKER_HOST: "tcp://127.0.0.1:2375" }, [])).toEqual({ endpoint: "tcp://127.0.0.1:2375", elsewhere: null });
  expect(await placeOfEngine({ DOCKER_HOST: "tcp://localhost:2375" }, [])).toEqual({ endpoint: "tcp://127.0.0.1:2375", elsewhere: null });
});

test("R29: one on another machine is used at the address that its name had, when the allow file names it with its port", async () => {
  const allowed = engines({ host: "docker", port: 2375 });
  expect(await placeOfEngine({ DOCKER_HOST: "tcp://docker:2375" }, allowed, at("203.0.113.9"))).toEqual({ endpoint: "tcp://203.0.113.9:2375", elsewhere: "203.0.113.9" });
  for (const place of ["tcp://docker:2376", "tcp://other:2375", "tcp://203.0.113.9:2375"]) {
    await expect(placeOfEngine({ DOCKER_HOST: place }, allowed, at("203.0.113.9"))).rejects.toMatchObject({ code: "not-allowed", exitCode: 64, hint: expect.stringContaining("engines: [{ host: ") });
  }
  await expect(placeOfEngine({ DOCKER_HOST: "tcp://docker:2375" }, allowed, at("169.254.169.254"))).rejects.toMatchObject({ code: "not-allowed" });
});

test("R29: an engine that nobody has permitted is not spoken to, whatever names it", async () => {
  await expect(askEngine("tcp://203.0.113.10:2375", { method: "GET", path: "/_ping", withinMs: 100 })).rejects.toMatchObject({ code: "not-allowed" });
});

test("TLS is said to be impossible before anything is tried", async () => {
  await expect(placeOfEngine({ DOCKER_HOST: "tcp://docker:2376", DOCKER_TLS_VERIFY: "1" }, [])).rejects.toMatchObject({ code: "stack-unavailable", hint: expect.stringContaining("DOCKER_TLS_CERTDIR") });
});
