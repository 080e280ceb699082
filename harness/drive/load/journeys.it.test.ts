import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { nowUs } from "../../base/time.ts";
import { requestOutcomes } from "../../log/event.ts";
import { loadConfigSchema } from "./config.ts";
import { http } from "./engine.fixture.ts";
import { startEngine } from "./engine.ts";
import { plainOrigin } from "./http/origin.ts";
import { prepareSources } from "./journeys.ts";

/** A shop that knows who is who by token and cart alone; it refuses every tenth log-in, and forgets to give a token at every seventh. */
function shop(): { answer: (request: IncomingMessage, response: ServerResponse) => void; visits: Map<string, string[]>; strangers: string[] } {
  const visits = new Map<string, string[]>();
  const strangers: string[] = [];
  const tokenOf = (user: string): string => createHash("sha256").update(user).digest("base64");
  let logins = 0;
  const logIn = (user: string, response: ServerResponse): void => {
    logins += 1;
    visits.set(tokenOf(user), ["login"]);
    response.writeHead(logins % 10 === 0 ? 403 : 200, { "x-cart": `/carts/${user} b` });
    response.end(JSON.stringify(logins % 7 === 0 ? { access: {} } : { access: { token: tokenOf(user) } }));
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, what = "", who = ""] = request.url?.split("/") ?? [];
    if (what === "login") return logIn(who, response);
    const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
    const visit = visits.get(token);
    if (visit === undefined) strangers.push(token);
    visit?.push(decodeURIComponent(what));
    response.end();
  };
  return { answer, visits, strangers };
}

it("log in, then use the token: each journey sends what its own log-in was answered, and goes no further without it", async () => {
  const { answer, visits, strangers } = shop();
  await using server = await http(answer);
  const origins = new Map([["api", plainOrigin({ host: "127.0.0.1", port: server.port })]]);
  const routes = {
    login: { node: "api", path: "/login/{{n}}", capture: { token: { json: "access.token" }, cart: { header: "X-Cart" } } },
    cart: { node: "api", path: "/{{captured:cart}}", headers: { authorization: "Bearer {{captured:token}}" } },
    pay: { node: "api", method: "POST", path: "/pay", headers: { authorization: "Bearer {{captured:token}}" }, body: '{"token":"{{captured:token}}"}' },
  };
  const workloads = [{ name: "users", profile: { shape: "constant", rate: 500 }, connections: 16, journeys: [{ steps: ["login", "cart", "pay"] }] }];
  const config = loadConfigSchema.parse({ logFolder: "log", seed: 1, run: "r", totalMs: 400, workloads, target: { routes, ledgers: {} }, addresses: { nodes: {}, links: {} } });
  const found: string[] = [];
  const engine = startEngine({
    sources: prepareSources({ config, ledgers: new Map(), origins, routeNames: Object.keys(routes) }),
    startAtUs: nowUs(),
    totalMs: 400,
    record: ({ route, outcome }, message) => found.push(`${Object.keys(routes)[route]}: ${requestOutcomes[outcome]} ${message}`.trim()),
  });
  const counts = await engine.finished;
  const count = (text: string): number => found.filter((each) => each === text).length;
  // Of 200 log-ins, 20 are refused and 28 have no token; two are both.
  expect([count("login: ok"), count("login: status status 403"), count('login: body nothing to capture as "token"')]).toEqual([154, 20, 26]);
  expect(strangers).toEqual([]);
  const whole = [...visits.values()].filter((steps) => steps.length === 3);
  expect(whole.every((steps) => /^login,\/carts\/\d+ b,pay$/.test(steps.join()))).toBe(true);
  // Steps that would begin after the end of the schedule are not begun.
  expect(whole.length).toBe(count("pay: ok"));
  expect(whole.length).toBeGreaterThan(10);
  expect(counts).toEqual({ offered: found.length, started: found.length, dropped: 0 });
});
