import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { once } from "node:events";
import { expect, test } from "vitest";
import { reservePort } from "./ports.ts";

test("reserved ports are all different, held until released, and not among those of outgoing connections", async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => reservePort()));
  const numbers = ports.map((reserved) => reserved.port);
  expect(new Set(numbers).size).toBe(50);
  const outgoingFrom = process.platform === "linux" ? Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/)[0]) : 49_152;
  expect(numbers.filter((port) => port >= outgoingFrom)).toEqual([]);
  const [first] = ports;
  const socket = connect(first?.port ?? 0, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
  await Promise.all(ports.map((reserved) => reserved.release()));
  await expect(once(connect(first?.port ?? 0, "127.0.0.1"), "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
