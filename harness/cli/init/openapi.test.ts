import { expect, test } from "vitest";
import { suggestionsOf, type Suggestions } from "./openapi.ts";

const ok = (schema: object): object => ({ 200: { description: "OK", content: { "application/json": { schema } } } });
const order = { type: "object", required: ["item", "amount"], properties: { item: { type: "string", enum: ["book", "pen"] }, amount: { type: "integer", minimum: 2 }, reference: { type: "string" }, id: { type: "string", format: "uuid" } } };

function paged(parameters: object[], more: object): object {
  const kept = { type: "object", properties: { reference: { type: "string" } } };
  const list = { type: "object", properties: { items: { type: "array", items: kept }, ...more } };
  return { paths: { "/orders": { get: { parameters, responses: ok(list) }, post: { requestBody: { content: { "application/json": { schema: kept } } }, responses: { 201: {} } } } } };
}

const documents: readonly [string, object, Partial<Suggestions>][] = [
  [
    "a list beside what writes, checks, and things about itself",
    {
      openapi: "3.1.0",
      servers: [{ url: "https://shop.example/api/v1/" }],
      paths: {
        "/docs": { get: { responses: ok({}) } },
        "/health": { get: { responses: ok({}) } },
        "/health/ready": { get: { responses: ok({}) } },
        "/orders": { get: { responses: ok({ type: "object", properties: { items: { type: "array", items: { $ref: "#/components/schemas/Order" } } } }) }, post: { requestBody: { $ref: "#/components/requestBodies/Order" }, responses: { 201: { description: "Kept" }, 422: { description: "No" } } } },
        "/orders/{id}": { get: { responses: ok({}) } },
        "/search": { get: { parameters: [{ name: "q", in: "query", required: true }], responses: ok({}) } },
      },
      components: { schemas: { Order: order }, requestBodies: { Order: { content: { "application/json; charset=utf-8": { schema: { $ref: "#/components/schemas/Order" } } } } } },
    },
    {
      reads: ["/api/v1/orders"],
      health: "/api/v1/health",
      deepCheck: "/api/v1/health/ready",
      write: { method: "POST", path: "/api/v1/orders", body: '{"item":"book","amount":2,"reference":"{{id}}"}', status: [201] },
      readBack: "http: /api/v1/orders items[].reference",
    },
  ],
  [
    "logins and writes without a place for an id are no writes to track; a bare list",
    {
      openapi: "3.0.3",
      paths: {
        "/login": { post: { requestBody: { content: { "application/json": { schema: { type: "object", properties: { name: { type: "string" } } } } } }, responses: {} } },
        "/counters": { post: { requestBody: { content: { "application/json": { schema: { type: "object", properties: { by: { type: "integer" } } } } } }, responses: {} } },
        "/notes": {
          get: { responses: ok({ type: "array", items: { type: "object", properties: { text: { type: "string" } } } }) },
          post: { requestBody: { content: { "application/json": { schema: { type: "object", properties: { text: { type: ["string", "null"] }, lines: { type: "array", items: { type: "string" } } }, required: ["text", "lines"] } } } }, responses: { 202: { description: "Later" } } },
        },
        "/livez": { get: { responses: ok({}) } },
      },
    },
    { reads: ["/notes"], health: "/livez", write: { method: "POST", path: "/notes", body: '{"text":"{{id}}","lines":["text"]}', status: [202] }, readBack: "http: /notes [].text" },
  ],
  [
    "a list that is told in pages, by a cursor",
    paged([{ name: "after", in: "query" }, { name: "limit", in: "query", schema: { type: "integer", maximum: 500 } }], { next: { type: "string" } }),
    { reads: ["/orders"], write: { method: "POST", path: "/orders", body: '{"reference":"{{id}}"}', status: [201] }, readBack: "http: /orders?limit=500&after={{cursor}} items[].reference next" },
  ],
  [
    "a list that is told in pages by their number: what is on the others would count as lost",
    paged([{ name: "page", in: "query" }], {}),
    { reads: ["/orders"], write: { method: "POST", path: "/orders", body: '{"reference":"{{id}}"}', status: [201] } },
  ],
  ["references in a circle, or out of the document", { paths: { "/a": { $ref: "#/paths/~1a" }, "/b": { post: { requestBody: { $ref: "other.yaml" } } } } }, {}],
  ["nothing of the kind", { hello: [] }, {}],
];

test.each(documents)("%s", (_title, document, expected) => {
  expect(suggestionsOf(document)).toEqual(expected);
});
