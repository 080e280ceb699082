import { createHook } from "node:async_hooks";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/entry.ts";
import { planText } from "./plan.ts";

/** What a socket, a look-up, a pipe or a process begins with inside of Node. */
const outward = new Set(["TCPWRAP", "TCPSERVERWRAP", "TCPCONNECTWRAP", "UDPWRAP", "UDPSENDWRAP", "PIPEWRAP", "PIPECONNECTWRAP", "PROCESSWRAP", "TLSWRAP", "GETADDRINFOREQWRAP", "QUERYWRAP"]);

/** Everything of that kind, and every signal, that happens while `act` runs. */
async function outwardOf(act: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const hook = createHook({ init: (_id, type) => void (outward.has(type) && seen.push(type)) });
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    seen.push(`signal ${String(signal)} to ${pid}`);
    return true;
  };
  hook.enable();
  try {
    await act();
  } finally {
    hook.disable();
    process.kill = kill;
  }
  return seen;
}

test.each([
  ["a suite of its own", "gate", undefined],
  ["a scenario from YAML", join(packageRoot, "harness/proof/tiny/cut.yaml"), join(packageRoot, "harness/proof/tiny")],
])("R12: the plan of %s opens no socket, starts nothing and sends no signal", async (_title, name, target) => {
  let text = "";
  const seen = await outwardOf(async () => {
    text = await planText([name], { seed: 1, ...(target === undefined ? {} : { target }) });
  });
  expect(text).toContain("inject cut");
  expect(seen).toEqual([]);
});

test("R12: this test sees a socket and a signal", async () => {
  const seen = await outwardOf(async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    server.close();
    process.kill(process.pid, "SIGCONT");
  });
  expect(seen).toEqual(["TCPSERVERWRAP", `signal SIGCONT to ${process.pid}`]);
});
