/** The store of the tiny system: orders in memory. */

import { createServer } from "node:http";

const orders: string[] = [];

createServer((ask, answer) => {
  answer.setHeader("content-type", "application/json");
  if (ask.method !== "POST") return void answer.end(JSON.stringify({ count: orders.length, items: orders.map((id) => ({ id })) }));
  const chunks: Buffer[] = [];
  ask.on("data", (chunk: Buffer) => chunks.push(chunk));
  ask.on("end", () => {
    orders.push(Buffer.concat(chunks).toString("utf8"));
    answer.writeHead(201).end('{"status":"kept"}');
  });
}).listen(Number(process.env["PORT"]), "127.0.0.1");
