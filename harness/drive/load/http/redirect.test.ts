import { describe, expect, it } from "vitest";
import { hopOf, type Hop } from "./redirect.ts";

const post = "POST /a/b?c=d HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nauthorization: Bearer x\r\ncookie: a=b\r\ncontent-type: text/plain\r\nx-key: k\r\ncontent-length: 5\r\n\r\nhello";
const get = "GET / HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n\r\n";

function hop(bytes: string, status: number, location: string, isSecure = false): Hop {
  const found = hopOf({ bytes, isSecure }, { status, location });
  if (found === null || found === "unreadable") throw new Error(String(found));
  return found;
}

describe("a redirect", () => {
  it.each<[number, string, string]>([
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
    [301, "PUT", "PUT"],
    [302, "DELETE", "DELETE"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [301, "GET", "GET"],
  ])("of status %i turns %s into %s", (status, from, to) => {
    const text = hop(post.replace("POST", from), status, "/next").bytes.toString();
    expect(text.split(" ")[0]).toBe(to);
    // A request that is another one now has no body; one that is the same has the same.
    expect(text.endsWith("\r\n\r\nhello")).toBe(from === to);
    expect(text.includes("content-length: 5")).toBe(from === to);
    expect(text.includes("content-type")).toBe(from === to);
    expect(text).toContain("x-key: k\r\n");
  });

  it.each<[string, string, string, boolean]>([
    ["/x", "127.0.0.1:8080", "/x", true],
    ["x?y", "127.0.0.1:8080", "/a/x?y", true],
    ["../", "127.0.0.1:8080", "/", true],
    ["#part", "127.0.0.1:8080", "/a/b?c=d", true],
    ["http://127.0.0.1:8080/z", "127.0.0.1:8080", "/z", true],
    ["//127.0.0.2/z", "127.0.0.2:80", "/z", false],
    ["http://[::1]:81/grüße x", "::1:81", "/gr%C3%BC%C3%9Fe%20x", false],
    ["http://user:secret@name.example:99", "name.example:99", "/", false],
  ])("to %s is read against the request before it", (location, place, target, isSamePlace) => {
    const found = hop(post, 307, location);
    expect([`${found.place.host}:${found.place.port}`, found.bytes.toString().split(" ")[1], found.isSamePlace]).toEqual([place, target, isSamePlace]);
    expect(found.bytes.toString()).not.toContain("secret");
  });

  it("to another place takes along no credentials and names the new host", () => {
    const text = hop(post, 307, "https://name.example/next").bytes.toString();
    expect(text).toContain("host: name.example\r\n");
    expect(text).not.toMatch(/authorization|cookie/);
    expect(hop(post, 307, "/next").bytes.toString()).toContain("authorization: Bearer x\r\ncookie: a=b\r\n");
  });

  it("to the same host over another scheme is another place", () => {
    expect(hop(get, 302, "https://127.0.0.1:8080/")).toMatchObject({ isSamePlace: false, isSecure: true });
    expect(hop(get, 302, "/", true)).toMatchObject({ isSamePlace: true, isSecure: true });
  });

  it.each(["ftp://127.0.0.1/", "javascript:alert(1)", "http://", "http://[/", "http://127.0.0.1:99999/"])("to %s cannot be read", (location) => {
    expect(hopOf({ bytes: get, isSecure: false }, { status: 302, location })).toBe("unreadable");
  });

  it.each([
    [200, "/x"],
    [304, "/x"],
    [300, "/x"],
    [302, ""],
  ])("is none: status %i with Location %j", (status, location) => {
    expect(hopOf({ bytes: get, isSecure: false }, { status, location })).toBeNull();
  });
});
