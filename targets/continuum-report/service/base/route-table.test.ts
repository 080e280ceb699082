import { describe, expect, it } from "vitest";
import { findRoute } from "./route-table.ts";
import type { Route } from "./route-table.ts";

function route(method: "GET" | "POST", path: string): Route {
  return { method, path, answer: () => ({ status: 200, body: {} }) };
}

const routes = [route("GET", "/health"), route("GET", "/health/ready"), route("POST", "/api/continuum/ingest"), route("GET", "/api/documents/:id")];

describe("route table", () => {
  it.each([
    ["GET", "/health", "/health"],
    ["GET", "/health/ready", "/health/ready"],
    ["POST", "/api/continuum/ingest", "/api/continuum/ingest"],
    ["GET", "/api/documents/7/", "/api/documents/:id"],
  ])("%s %s finds %s", (method, path, pattern) => {
    expect(findRoute(routes, method, path)?.route.path).toBe(pattern);
  });

  it.each([
    ["GET", "/api/continuum/ingest"],
    ["GET", "/api/documents"],
    ["GET", "/api/documents//"],
    ["GET", "/health/ready/more"],
    ["GET", "/"],
  ])("%s %s finds nothing", (method, path) => {
    expect(findRoute(routes, method, path)).toBeNull();
  });

  it("decodes what stands for a parameter and keeps what cannot be decoded", () => {
    expect(findRoute(routes, "GET", "/api/documents/a%2Fb")?.parameters).toEqual({ id: "a/b" });
    expect(findRoute(routes, "GET", "/api/documents/100%")?.parameters).toEqual({ id: "100%" });
  });
});
