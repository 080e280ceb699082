import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { routeSchema } from "../../../scenario/route.ts";
import { ownWorkloadSchema } from "../../../scenario/workload/workload.ts";
import { offeredBy } from "../pace.ts";
import { maxFileMiB, readArrivalFile, type ArrivalTable } from "./arrival-file.ts";
import { offerOf } from "./offer.ts";
import { replayPace, replayTables } from "./replay.ts";
import { matchRoutes } from "./route-match.ts";
import { journeyChoiceOf } from "./schedule.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const match = matchRoutes({
  home: routeSchema.parse({ node: "api", path: "/" }),
  item: routeSchema.parse({ node: "api", path: "/items/{{int:1:9}}" }),
  order: routeSchema.parse({ node: "api", method: "POST", path: "/orders" }),
});

let files = 0;

function fileOf(lines: readonly string[] | string): string {
  files += 1;
  const path = join(folder.path, `arrivals-${files}.csv`);
  writeFileSync(path, typeof lines === "string" ? lines : lines.join("\n"));
  return path;
}

function tableOf(lines: readonly string[] | string, unknown: "refuse" | "skip" = "refuse"): ArrivalTable {
  return readArrivalFile(fileOf(lines), { match, unknown });
}

/** [due time in ms, route] of each arrival. */
function arrivalsOf({ atMs, route, routes }: ArrivalTable): [number, string | undefined][] {
  return Array.from(atMs, (ms, n) => [ms, routes[route[n] ?? -1]]);
}

describe("a file of arrivals", () => {
  it.each<[string, readonly string[] | string, [number, string][]]>([
    ["seconds from the start", ["time,route", "0.5,home", "1,item", "1,home", "2.25,order"], [[500, "home"], [1000, "item"], [1000, "home"], [2250, "order"]]],
    ["no header", ["0,home", "0.004,item"], [[0, "home"], [4, "item"]]],
    ["ISO times count from the first", ["time,route", "2026-03-01T10:00:00.5Z,home", "2026-03-01T11:00:01.5+01:00,item"], [[0, "home"], [1000, "item"]]],
    ["seconds since 1970", ["1772359200.5,home", "1772359260.75,item"], [[0, "home"], [60_250, "item"]]],
    ["requests in place of names", ["time,request", "0,GET /", "1,GET /items/7?a=1,2", "2,POST /orders"], [[0, "home"], [1000, "item"], [2000, "order"]]],
    ["a time that goes back a little", ["0.3,home", "0.1,item", "0.3,order"], [[100, "item"], [300, "home"], [300, "order"]]],
    ["columns in another order, among others", ["Status,Route,took,Timestamp", "200,home,0.1,0", '500,"item","0,2",3'], [[0, "home"], [3000, "item"]]],
    ["method and path apart", ["time,method,path", "0,GET,/items/3", "1,POST,/orders"], [[0, "item"], [1000, "order"]]],
    ["a mark, blank lines, comments and other line ends", "\u{FEFF}time,route\r\n\r\n# the night of the sale\r\n0,home\r\n1,item\r\n", [[0, "home"], [1000, "item"]]],
    [
      "an access log, its whole seconds spread",
      [
        '127.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "agent \\"x\\""',
        '127.0.0.1 - a b [01/Mar/2026:10:00:00 +0000] "GET /items/2 HTTP/2.0" 200 12',
        '::1 - - [01/Mar/2026:11:00:02 +0100] "POST /orders HTTP/1.1" 201 5',
      ],
      [[0, "home"], [500, "item"], [2000, "order"]],
    ],
  ])("%s", (_name, lines, expected) => {
    expect(arrivalsOf(tableOf(lines))).toEqual(expected);
  });

  it("tells its digest, and whether its times were spread", () => {
    const lines = "2026-03-01T10:00:00Z,home\n2026-03-01T10:00:00Z,home\n";
    expect(tableOf(lines)).toMatchObject({ isSpread: true, skipped: 0, sha256: createHash("sha256").update(lines).digest("hex") });
    expect(tableOf("0,home\n0,home\n")).toMatchObject({ isSpread: false, atMs: new Float64Array([0, 0]) });
  });

  it("may leave out what no route makes, and counts it", () => {
    const table = tableOf(["0,home", "1,GET /favicon.ico", "2,item", "3,GET /robots.txt"], "skip");
    expect(arrivalsOf(table)).toEqual([[0, "home"], [2000, "item"]]);
    expect(table.skipped).toBe(2);
  });

  it.each<[string, string[], string]>([
    ["a time that is none", ["time,route", "0,home", "soon,item"], ':3:1: "soon" is no time'],
    ["a time that is none, further on", ["route,time", "home,0", "item,  later"], ':3:8: "later" is no time'],
    ["no comma", ["0,home", "1;item"], ":2:1: it has no comma"],
    ["no route", ["0,home", "1, "], ":2:3: it names no route"],
    ["a request that no route makes", ["0,home", "1,GET /nowhere"], ':2:3: no route makes "GET /nowhere"'],
    ["two kinds of time", ["0,home", "2026-03-01T10:00:00Z,item"], ":2:1: its time is of the wall clock, those before are an offset"],
    ["too few columns", ["time,user,route", "0,7"], ":2:1: it has fewer columns than the first line names"],
    ["a header without a time", ["user,route,status", "7,home,200"], ":1:1: none of its columns is the time"],
    ["a header without a route", ["user,time,status", "7,0,200"], ":1:1: none of its columns is the route"],
    ["a quote that is open", ["time,user,route", '0,7,"home'], ":2:5: this quote is never closed"],
    ["a line of another kind in an access log", ['h - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200', "0,home"], ":2:1: it is no line of an access log"],
    ["a day that is none in an access log", ['h - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200', 'h - - [31/Apr/2026:10:00:00 +0000] "GET / HTTP/1.1" 200'], ":2:8: there is no such time"],
    ["an unknown request in an access log", ['h - - [01/Mar/2026:10:00:00 +0000] "GET /x HTTP/1.1" 200'], ':1:37: no route makes "GET /x"'],
    ["a request that would paint the terminal", ["0,home", "1,GET /\u{1B}[2J"], ':2:3: no route makes "GET /\u{FFFD}[2J"'],
    ["a line that is too long", ["0,home", `1,${"x".repeat(20_000)}`], ":2:16385: it is longer than 16384 bytes"],
    ["nothing", ["time,route"], ": it holds no arrivals"],
  ])("R34: is refused with file, line and column for %s", (_name, lines, message) => {
    const path = fileOf(lines);
    expect(() => readArrivalFile(path, { match, unknown: "refuse" })).toThrow(expect.objectContaining({ code: "scenario-invalid", message: expect.stringContaining(`${path}${message}`) }));
  });

  it("R34: is refused when none of its lines is of use, or when it is too large, a folder, or a link", () => {
    expect(() => tableOf(["0,GET /x", "1,GET /y"], "skip")).toThrow("no route makes any of its 2 requests");
    const large = fileOf("0,home\n");
    truncateSync(large, maxFileMiB * 1024 * 1024 + 1);
    expect(() => readArrivalFile(large, { match, unknown: "refuse" })).toThrow(`it is larger than ${maxFileMiB} MiB`);
    const [inner, link] = [join(folder.path, "inner"), join(folder.path, "link.csv")];
    mkdirSync(inner);
    symlinkSync(fileOf("0,home\n"), link);
    for (const path of [inner, link, join(folder.path, "gone.csv")]) {
      expect(() => readArrivalFile(path, { match, unknown: "refuse" })).toThrow(expect.objectContaining({ code: "usage" }));
    }
  });
});

describe("a replay", () => {
  const lines = ["0.1,home", "0.2,item", "0.2,home", "1,order"];
  const table = tableOf(lines);
  const dueMs = (options: { speed: number; loop: boolean }, count: number): number[] => Array.from({ length: count }, (_unused, n) => replayPace(table, options)(n));

  it("is the file: each arrival at its time with its route, and none after the last", () => {
    const workload = ownWorkloadSchema.parse({ name: "log", profile: { shape: "replay", file: "x" } });
    const { journeys, choose } = journeyChoiceOf(workload, 1, table);
    expect(dueMs({ speed: 1, loop: false }, 5)).toEqual([100, 200, 200, 1000, Number.POSITIVE_INFINITY]);
    expect([0, 1, 2, 3].map((n) => journeys[choose(n)])).toEqual([["home"], ["item"], ["home"], ["order"]]);
  });

  it("runs faster and slower", () => {
    expect(dueMs({ speed: 2, loop: false }, 4)).toEqual([50, 100, 100, 500]);
    expect(dueMs({ speed: 0.5, loop: false }, 4)).toEqual([200, 400, 400, 2000]);
  });

  it("begins again a mean gap after the last, with the rate of the file", () => {
    // Three gaps in 900 ms: a round is four of them.
    expect(dueMs({ speed: 1, loop: true }, 9)).toEqual([100, 200, 200, 1000, 1300, 1400, 1400, 2200, 2500]);
    expect(offeredBy({ shape: "replay", file: "x", speed: 1, loop: true, unknown: "refuse" }, 12_000, { arrivals: table })).toBe(40);
    expect(replayPace(tableOf(["5,home"]), { speed: 1, loop: true })(3)).toBe(8000);
  });

  it("is planned as it is sent", () => {
    const offer = (totalMs: number, more: object = {}): string =>
      offerOf(ownWorkloadSchema.parse({ name: "log", profile: { shape: "replay", file: "/x/night.csv", ...more } }), { totalMs, seed: 1, arrivals: table }).text;
    expect(offer(500)).toBe("the arrivals of night.csv as they came, once; 3 requests");
    expect(offer(3000)).toBe("the arrivals of night.csv as they came, once; 4 requests; the last is due at 1 s, 2 s before the scenario ends");
    expect(offer(3000, { speed: 10, loop: true })).toBe("the arrivals of night.csv at 10 × their speed, again and again; 100 requests");
  });

  it("is read for the workloads that are one, by a whole path only", () => {
    const workload = (file: string): ReturnType<typeof ownWorkloadSchema.parse> => ownWorkloadSchema.parse({ name: "log", profile: { shape: "replay", file } });
    const plain = ownWorkloadSchema.parse({ name: "plain", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["home"] }] });
    const routes = { home: routeSchema.parse({ node: "api", path: "/" }) };
    expect([...replayTables([plain, workload(fileOf(["0,home"]))], routes).keys()]).toEqual(["log"]);
    expect(() => replayTables([workload("arrivals-1.csv")], routes)).toThrow(expect.objectContaining({ code: "usage" }));
  });

  it("takes no route that needs what an earlier step captured", () => {
    const workload = ownWorkloadSchema.parse({ name: "log", profile: { shape: "replay", file: fileOf(["0,mine"]) } });
    const routes = { mine: routeSchema.parse({ node: "api", path: "/", headers: { authorization: "{{captured:token}}" } }) };
    expect(() => replayTables([workload], routes)).toThrow(expect.objectContaining({ code: "scenario-invalid", message: expect.stringContaining('route "mine" uses a value captured by an earlier step') }));
  });
});
