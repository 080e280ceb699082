/** R6: a healing counts once its effect is seen, is repeated until it is, and is given up in the end. */

import { once } from "node:events";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Undo } from "../protocol.ts";
import { carryOut } from "./undo.ts";

/** A server that is asked to heal by DELETE, and how often it was; `seen` answers who looks. */
async function healed(seen: (response: ServerResponse, deletes: number) => void, attempts: number): Promise<{ problem: string | null; deletes: number }> {
  let deletes = 0;
  const server = createServer((request, response) => {
    if (request.method !== "DELETE") return seen(response, deletes);
    deletes += 1;
    response.writeHead(204).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/toxic`;
  const undo: Undo = { do: "http", method: "DELETE", url, body: null, done: [204], verify: { url, status: 404, contains: null } };
  try {
    return { problem: await carryOut(undo, { attempts, withinMs: 10_000 }), deletes };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("R6: an act that was answered well and had no effect is no healing", async () => {
  const { problem, deletes } = await healed((response) => response.end("still here"), 2);
  expect(problem).toMatch(/answered 200, which does not show the healing/);
  expect(deletes).toBe(2);
});

test("R6: a healing is repeated until the effect is seen", async () => {
  const { problem, deletes } = await healed((response, count) => response.writeHead(count < 3 ? 200 : 404).end(), 5);
  expect([problem, deletes]).toEqual([null, 3]);
});

test("R6: a command of one's own is repeated until what verifies it ends with 0, and what it said is told", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-undo-"));
  const times = join(folder.path, "times");
  const heal = [process.execPath, "-e", "fs.appendFileSync(process.argv[1], '.')", times];
  const verify = (count: number): string[] => [process.execPath, "-e", "if (fs.readFileSync(process.argv[1], 'utf8').length < Number(process.argv[2])) throw new Error('not yet')", times, String(count)];
  const limits = { attempts: 3, withinMs: 10_000 };
  expect(await carryOut({ do: "command", command: heal, workingFolder: folder.path, verify: verify(2) }, limits)).toBeNull();
  expect(readFileSync(times, "utf8")).toBe("..");
  expect(await carryOut({ do: "command", command: heal, workingFolder: folder.path, verify: verify(99) }, limits)).toMatch(/not yet/);
  expect(await carryOut({ do: "command", command: ["false"], workingFolder: folder.path, verify: null }, { attempts: 1, withinMs: 10_000 })).toMatch(/^false: /);
});
