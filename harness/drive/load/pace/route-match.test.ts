import { describe, expect, it } from "vitest";
import { routeSchema, type Route } from "../../../scenario/route.ts";
import { matchRoutes } from "./route-match.ts";

const route = (method: string, path: string): Route => routeSchema.parse({ node: "api", method, path });

const match = matchRoutes({
  home: route("GET", "/"),
  item: route("GET", "/items/{{int:1:9}}"),
  first: route("GET", "/items/1"),
  image: route("GET", "/items/{{int:1:9}}/image-{{text:3}}.png"),
  search: route("GET", "/search?q={{text:4}}"),
  order: route("POST", "/orders/{{int:1:9}}{{int:1:9}}"),
});

describe("the route of a request", () => {
  it.each([
    ["home", "home"],
    ["GET /", "home"],
    ["GET /items/7", "item"],
    ["GET /items/abc?colour=red", "item"],
    // The one that is written in these words comes before the one with a place.
    ["GET /items/1", "first"],
    ["GET /items/7/image-front.png", "image"],
    ["GET /search?q=boots", "search"],
    ["GET /search", "search"],
    ["POST /orders/42", "order"],
  ])("%s is made by %s", (request, name) => {
    expect(match(request)).toBe(name);
  });

  it.each(["", "GET", "POST /", "GET /items/", "GET /items", "GET /items/7/8", "GET /items/7/image-.png", "GET /items/7/image-front.jpg", "GET /nowhere", "Home"])("%j is made by none", (request) => {
    expect(match(request)).toBeNull();
  });

  it("is found in time that does not grow with what strangers write", () => {
    const many = matchRoutes({ odd: route("GET", `/${"a{{int:1:9}}".repeat(20)}b`) });
    expect(many(`GET /${"a".repeat(15_000)}c`)).toBeNull();
  });
});
