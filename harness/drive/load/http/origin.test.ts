import { describe, expect, it } from "vitest";
import { guardOf, loopbackOnly } from "../../guard/guard.ts";
import { originOf } from "./origin.ts";

const place = { host: "shop.example", port: 8080 };
const tls = { insecure: false };

/** A look-up that gives another answer each time, as a name that is turned against the run would. */
function turning(...answers: string[][]): { asked: string[]; resolve: (name: string) => Promise<string[]> } {
  const asked: string[] = [];
  return { asked, resolve: async (name) => (asked.push(name), await Promise.resolve(answers[asked.length - 1] ?? [])) };
}

describe("where a route goes", () => {
  it("is looked up once and pinned; requests call it by its name", async () => {
    const { asked, resolve } = turning(["127.0.0.5"], ["192.0.2.1"]);
    expect(await originOf({}, place, { guard: loopbackOnly, resolve })).toEqual({ address: { host: "127.0.0.5", port: 8080 }, name: "shop.example", tls: null });
    expect(asked).toEqual(["shop.example"]);
  });

  it("is the first address that the guard lets through, and nowhere without one (R29)", async () => {
    const mixed = turning(["192.0.2.1", "169.254.169.254", "127.0.0.7"]);
    expect((await originOf({}, place, { guard: loopbackOnly, resolve: mixed.resolve })).address.host).toBe("127.0.0.7");
    const allowed = turning(["192.0.2.1"]);
    expect((await originOf({}, place, { guard: guardOf(["192.0.2.1:8080"]), resolve: allowed.resolve })).address.host).toBe("192.0.2.1");
    for (const answer of [["192.0.2.1"], ["169.254.169.254"], []]) {
      await expect(originOf({}, place, { guard: loopbackOnly, resolve: turning(answer).resolve })).rejects.toMatchObject({ code: "not-allowed" });
    }
  });

  it("over TLS asks for the route's own name, else the host's, else none", async () => {
    const names = async (host: string, serverName?: string): Promise<unknown> => {
      const route = { tls: serverName === undefined ? tls : { ...tls, serverName } };
      return (await originOf(route, { host, port: 443 }, { guard: loopbackOnly, resolve: turning(["127.0.0.1"]).resolve })).tls;
    };
    expect(await names("shop.example", "cdn.example")).toEqual({ serverName: "cdn.example", insecure: false });
    expect(await names("shop.example")).toEqual({ serverName: "shop.example", insecure: false });
    expect(await names("127.0.0.1")).toEqual({ serverName: null, insecure: false });
  });
});
