// Fastify for `proof:servers`: its package is the first argument. Says its port, answers each route, counts what it answered. Ends with its input.
import { Readable } from "node:stream";
import { gzip } from "node:zlib";

const { default: fastify } = await import(process.argv[2]);
const body = { status: "ok", items: [1, 2, 3] };
const text = JSON.stringify(body);
let served = 0;

const app = fastify({ keepAliveTimeout: 1000, maxRequestsPerSocket: 100 });
app.addHook("onRequest", async (request) => {
  if (request.url !== "/served") served += 1;
});
app.get("/plain", async () => body);
app.post("/post", async () => body);
app.get("/chunked", (_request, reply) => reply.type("application/json").send(Readable.from(text.match(/.{1,10}/g))));
app.get("/gzip", (_request, reply) => {
  gzip(text.repeat(100), (error, packed) => {
    if (error === null) reply.header("content-encoding", "gzip").type("application/json").send(packed);
    else reply.send(error);
  });
});
app.get("/empty", (_request, reply) => reply.code(204).send());
app.get("/close", async (_request, reply) => {
  reply.header("connection", "close");
  return body;
});
app.get("/served", async () => String(served));
await app.listen({ port: 0, host: "127.0.0.1", backlog: 1024 });
console.log(JSON.stringify({ port: app.server.address().port }));
process.stdin.on("end", () => process.exit(0)).resume();
