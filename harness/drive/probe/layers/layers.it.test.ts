import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { freePort, listening, type Listening } from "../../../base/listening.ts";
import { after } from "../../../base/time.ts";
import { probeSchema } from "../../../scenario/target/probe.ts";
import type { NodeAccess } from "../../stack/address.ts";
import { placeOf } from "./check.ts";
import { look } from "./index.ts";

const saying = async (answer: string | null): Promise<Listening> =>
  await listening(
    createServer((socket) => {
      socket.on("data", () => (answer === null ? socket.end() : socket.write(answer)));
    }),
  );

/** Looks at `port` as the probe would: null or why not; the message of a rejection. */
async function lookAt(port: number, spec: Record<string, unknown>, timeoutMs = 30_000): Promise<string | null> {
  const ports = { main: { host: "127.0.0.1", port } };
  const { password, ...rest } = spec;
  const access: NodeAccess = spec["layer"] === "postgres" ? { kind: "postgres", ports, user: "app", password: "app", database: "app" } : { kind: "redis", ports, ...(typeof password === "string" ? { password } : {}) };
  const probe = probeSchema.parse({ at: { node: "node" }, ...rest });
  const limit = new AbortController();
  using _deadline = after(timeoutMs, () => limit.abort(new Error("too late")));
  try {
    return await look(probe, placeOf(probe, { nodes: { node: access }, links: {} }), limit.signal);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const specs: Record<string, unknown>[] = [{ layer: "tcp" }, { layer: "postgres" }, { layer: "redis" }, { layer: "http", path: "/" }];

describe("every layer", () => {
  it.each(specs)("$layer: a port that nobody listens on is refused", async (spec) => {
    expect(await lookAt(await freePort(), spec)).toContain("ECONNREFUSED");
  });

  it.each(specs.slice(1))("$layer: silence is cut off by the time limit", async (spec) => {
    await using server = await listening(createServer(() => {}));
    expect(await lookAt(server.port, spec, 100)).not.toBe(null);
  });

  it.each(specs.slice(1))("$layer: a connection that is closed without an answer is not well", async (spec) => {
    await using server = await saying(null);
    expect(await lookAt(server.port, spec)).not.toBe(null);
  });

  it.each(specs.slice(1))("$layer: another protocol is not well", async (spec) => {
    await using server = await saying("Z what is this\r\n\r\n");
    expect(await lookAt(server.port, spec, 500)).not.toBe(null);
  });
});

describe("tcp", () => {
  it("is well when the connection opens, whatever is said on it", async () => {
    await using server = await saying("nonsense");
    expect(await lookAt(server.port, { layer: "tcp" })).toBe(null);
  });
});

describe("redis", () => {
  it.each<[string, string | null]>([
    ["+PONG\r\n", null],
    [":5\r\n", null],
    ["$5\r\nhello\r\n", null],
    ["-LOADING Redis is loading the dataset in memory\r\n", "LOADING Redis is loading the dataset in memory"],
    ["-READONLY You can't write against a read only replica.\r\n", "READONLY You can't write against a read only replica."],
  ])("answer %j", async (answer, why) => {
    await using server = await saying(answer);
    expect(await lookAt(server.port, { layer: "redis" })).toBe(why);
  });

  it("sends the command as its own words", async () => {
    const heard: string[] = [];
    await using server = await listening(
      createServer((socket) => {
        socket.on("data", (bytes) => {
          heard.push(String(bytes));
          socket.write("+OK\r\n");
        });
      }),
    );
    await lookAt(server.port, { layer: "redis", command: ["SET", "key", "grün"] });
    expect(heard.join("")).toBe("*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$5\r\ngrün\r\n");
  });
});

describe("redis with a password", () => {
  it.each<[string, string | null]>([
    ["+OK\r\n+PONG\r\n", null],
    ["+OK\r\n-LOADING for a while\r\n", "LOADING for a while"],
    ["-WRONGPASS invalid username-password pair\r\n-NOAUTH Authentication required.\r\n", "WRONGPASS invalid username-password pair"],
    ["+OK\r\n", "too late"],
  ])("answers %j", async (answer, why) => {
    await using server = await saying(answer);
    expect(await lookAt(server.port, { layer: "redis", password: "sesame" }, why === "too late" ? 200 : 30_000)).toBe(why);
  });
});

describe("http", () => {
  it("judges status and body, and uses a new connection each time", async () => {
    const server = createHttpServer((request, response) => {
      if (request.url === "/down") response.writeHead(503);
      response.end(request.url === "/liar" ? '{"status":"failing"}' : '{"status":"ok"}');
    });
    let connections = 0;
    server.on("connection", () => (connections += 1));
    await using listens = await listening(server);
    const expected = { expect: { json: { status: "ok" } } };
    expect(await lookAt(listens.port, { layer: "http", path: "/", ...expected })).toBe(null);
    expect(await lookAt(listens.port, { layer: "http", path: "/down", ...expected })).toBe("status 503");
    expect(await lookAt(listens.port, { layer: "http", path: "/liar", ...expected })).toBe("status 200 with a body that is not as expected");
    expect(connections).toBe(3);
  });

  it("does not count half an answer", async () => {
    const server = createServer((socket) => {
      socket.on("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"));
    });
    await using listens = await listening(server);
    expect(await lookAt(listens.port, { layer: "http", path: "/" })).not.toBe(null);
  });
});

it("a place beyond loopback is not looked at", async () => {
  const probe = probeSchema.parse({ layer: "tcp", at: { node: "node" } });
  const place = placeOf(probe, { nodes: { node: { kind: "process", ports: { main: { host: "192.0.2.1", port: 80 } } } }, links: {} });
  await expect(look(probe, place, new AbortController().signal)).rejects.toMatchObject({ code: "not-allowed" });
});
