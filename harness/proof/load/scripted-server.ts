/**
 * A server of HTTP that answers as its script says and keeps a log of its own, in a process of its own: what a load engine reports is
 * compared with it. Requests are `GET /<number>`, one at a time on a connection. Says its port; told `{"log": path}` it writes its log
 * there and says so; ends with its input.
 */

import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { setPriority } from "node:os";
import { z } from "zod";
import { alarm, nowUs } from "../../base/time.ts";
import { runSpawned } from "../../base/spawned.ts";
import { Lane, type Waiting } from "./lane.ts";
import { encodeLog, scriptSchema, type Script, type ServerLog } from "./script.ts";

const backlogConnections = 4096;
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\n\r\n{"status":"ok"}');
const orderSchema = z.strictObject({ log: z.string() });

/** When an answer is due. Answers of one lane fall due in the order of their arrival. */
interface Plan {
  lanes: number;
  due(n: number, arrivedUs: number): { lane: number; dueUs: number };
  stall(): ServerLog["stall"];
}

/** Below that of the kernel's own threads: a burst of answers would else keep the core, and they would be delivered milliseconds after they were sent. */
const priority = 10;

await runSpawned(async (parent) => {
  setPriority(priority);
  const plan = planOf(scriptSchema.parse(JSON.parse(process.argv[2] ?? "")));
  const served: ServerLog["served"][number][] = [];
  const lanes = Array.from({ length: plan.lanes }, () => new Lane());
  const reply = ({ n, connection, arrivedUs, socket }: Waiting): void => {
    served.push({ n, connection, arrivedUs, answeredUs: nowUs() });
    socket.write(answer);
  };
  const clock = alarm(() => answerDue());
  const answerDue = (): void => {
    for (const lane of lanes) for (let next = lane.takeDue(nowUs()); next !== null; next = lane.takeDue(nowUs())) reply(next);
    const nextUs = Math.min(...lanes.map((lane) => lane.nextDueUs));
    if (nextUs !== Number.POSITIVE_INFINITY) clock.set(nextUs);
  };
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = connections;
    connections += 1;
    socket.on("error", () => socket.destroy());
    parent.ended.addEventListener("abort", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      const arrivedUs = nowUs();
      const n = Number.parseInt(bytes.toString("latin1", "GET /".length, 24), 10);
      const { lane, dueUs } = plan.due(n, arrivedUs);
      lanes[lane]?.add({ n, connection, arrivedUs, dueUs, socket });
      answerDue();
    });
  });
  server.listen({ port: 0, host: "127.0.0.1", backlog: backlogConnections });
  await once(server, "listening");
  parent.say(JSON.stringify(server.address()));
  for (let order = await parent.next(); order !== undefined; order = await parent.next()) {
    writeFileSync(orderSchema.parse(order).log, encodeLog({ served, stall: plan.stall() }));
    parent.say("written");
  }
  clock[Symbol.dispose]();
  server.close();
});

function noStall(): null {
  return null;
}

function planOf(script: Script): Plan {
  switch (script.kind) {
    case "fixed":
      return { lanes: 1, due: (_n, arrivedUs) => ({ lane: 0, dueUs: arrivedUs + script.delayMs * 1000 }), stall: noStall };
    case "bimodal":
      return {
        lanes: 2,
        due: (n, arrivedUs) => {
          const isLong = n % script.longEvery === 0;
          return { lane: isLong ? 1 : 0, dueUs: arrivedUs + (isLong ? script.longMs : script.shortMs) * 1000 };
        },
        stall: noStall,
      };
    case "stall":
      return stalling(script);
    case "slow":
      return oneByOne(script.ratePerSecond);
  }
}

function stalling({ afterMs, forMs }: { afterMs: number; forMs: number }): Plan {
  let stall: ServerLog["stall"] = null;
  return {
    lanes: 1,
    due: (_n, arrivedUs) => {
      stall ??= { fromUs: arrivedUs + afterMs * 1000, toUs: arrivedUs + (afterMs + forMs) * 1000 };
      return { lane: 0, dueUs: arrivedUs >= stall.fromUs ? Math.max(arrivedUs, stall.toUs) : arrivedUs };
    },
    stall: () => stall,
  };
}

function oneByOne(ratePerSecond: number): Plan {
  let lastUs = 0;
  return {
    lanes: 1,
    due: (_n, arrivedUs) => {
      lastUs = Math.max(arrivedUs, lastUs + 1_000_000 / ratePerSecond);
      return { lane: 0, dueUs: lastUs };
    },
    stall: () => null,
  };
}
