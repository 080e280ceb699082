/** What an OpenAPI document tells of a system: what to read, what writes and where an id of our own fits in, how it is listed, which checks there are. Pure. */

import { isFields, type Fields } from "./compose/merge.ts";
import type { Answers } from "./answers.ts";
import { scalarText } from "./compose/scalar.ts";

export type Suggestions = Pick<Answers, "reads" | "write" | "readBack" | "health" | "deepCheck">;

const mostReads = 3;
const aboutItself = /\/(?:docs|openapi|swagger|metrics|schema|redoc|version|favicon)/i;

/** What is not in the document is left out. */
export function suggestionsOf(document: unknown): Partial<Suggestions> {
  const root = fieldsOf(document);
  const base = basePath(root);
  const operations = Object.entries(fieldsOf(root["paths"])).flatMap(([path, item]) => operationsOf(`${base}${path}`, fieldsOf(item), root));
  const plain = operations.filter(({ method, path, needed }) => method === "get" && !path.includes("{") && !needed && !aboutItself.test(path));
  const checks = plain.filter(({ path }) => /\/(?:health\w*|live\w*|ready\w*|ping|status)(?:\/\w+)?$/i.test(path)).map(({ path }) => path);
  const deepCheck = checks.find((path) => /ready|deep|full/i.test(path));
  const health = checks.find((path) => path !== deepCheck) ?? deepCheck;
  const reads = plain.map(({ path }) => path).filter((path) => !checks.includes(path)).slice(0, mostReads);
  const write = operations.flatMap((operation) => writeOf(operation) ?? [])[0];
  const listed = write === undefined ? undefined : plain.find(({ path }) => path === write.answer.path);
  const whole = write === undefined || listed === undefined ? null : wholeList(listed, write.idField);
  return {
    ...(reads.length === 0 ? {} : { reads }),
    ...(health === undefined ? {} : { health }),
    ...(deepCheck === undefined ? {} : { deepCheck }),
    ...(write === undefined ? {} : { write: write.answer }),
    ...(whole === null ? {} : { readBack: `http: ${whole}` }),
  };
}

interface Operation {
  readonly method: string;
  readonly path: string;
  /** Whether it cannot be asked without a query value. */
  readonly needed: boolean;
  /** Query parameters, with their schemas. */
  readonly queries: Readonly<Record<string, Fields>>;
  /** Schema of the JSON that is sent. */
  readonly body: Fields | null;
  /** Statuses of good answers. */
  readonly status: readonly number[];
  /** Schema of the JSON of a good answer. */
  readonly answer: Fields | null;
  readonly root: Fields;
}

function operationsOf(path: string, item: Fields, root: Fields): Operation[] {
  return ["get", "post"].flatMap((method) => {
    const operation = resolved(item[method], root);
    if (operation === null) return [];
    const parameters = [...listOf(item["parameters"]), ...listOf(operation["parameters"])].map((entry) => resolved(entry, root) ?? {});
    const responses = Object.entries(fieldsOf(operation["responses"])).filter(([status]) => /^2\d\d$/.test(status));
    const sent = resolved(operation["requestBody"], root);
    return [
      {
        method,
        path,
        queries: Object.fromEntries(parameters.filter((parameter) => parameter["in"] === "query").map((parameter) => [scalarText(parameter["name"]), resolved(parameter["schema"], root) ?? {}])),
        needed: parameters.some((parameter) => parameter["required"] === true && parameter["in"] !== "path"),
        body: sent === null ? null : jsonSchema(sent, root),
        status: responses.map(([status]) => Number(status)),
        answer: responses.map(([, response]) => jsonSchema(resolved(response, root) ?? {}, root)).find((schema) => schema !== null) ?? null,
        root,
      },
    ];
  });
}

function jsonSchema(holder: Fields, root: Fields): Fields | null {
  const content = fieldsOf(holder["content"]);
  const [, media] = Object.entries(content).find(([type]) => /^application\/(?:.*\+)?json/.test(type)) ?? [];
  return resolved(fieldsOf(media)["schema"], root);
}

/** Names of fields that a unique text of ours may stand in, the likeliest first. */
const idNames = [/^(?:external_?id|client_?id|idempotency_?key|reference|ref|order_?id|request_?id|document_?id|key|code|sku|slug)$/i, /^(?:id|name|title|label|subject|username|customer|note|comment|description|text|content|message)$/i];

/** A POST to a collection whose body has a text that can be unique. */
function writeOf(operation: Operation): { answer: NonNullable<Answers["write"]>; idField: string } | null {
  const { method, path, body, status, needed, root } = operation;
  if (method !== "post" || body === null || needed || path.includes("{") || /login|token|auth|logout|search|query|webhook/i.test(path)) return null;
  const properties = Object.entries(fieldsOf(body["properties"])).map(([name, schema]): [string, Fields] => [name, resolved(schema, root) ?? {}]);
  const texts = properties.filter(([, schema]) => typeOf(schema) === "string" && schema["enum"] === undefined && schema["format"] === undefined && Number(schema["maxLength"] ?? 1000) >= 64);
  const idField = idNames.flatMap((pattern) => texts.filter(([name]) => pattern.test(name)).map(([name]) => name))[0];
  if (idField === undefined) return null;
  const required = new Set([idField, ...listOf(body["required"]).map(scalarText)]);
  const values = properties.filter(([name]) => required.has(name)).map(([name, schema]): [string, unknown] => [name, name === idField ? "{{id}}" : exampleOf(schema, root)]);
  return { answer: { method: "POST", path, body: JSON.stringify(Object.fromEntries(values)), status: status.length === 0 ? [200, 201, 202] : [...status] }, idField };
}

const deepestExample = 5;

function exampleOf(schema: Fields, root: Fields, depth = 0): unknown {
  const given = [schema["example"], listOf(schema["examples"])[0], schema["default"], schema["const"], listOf(schema["enum"])[0]].find((value) => value !== undefined);
  if (given !== undefined || depth > deepestExample) return given ?? null;
  switch (typeOf(schema)) {
    case "integer":
    case "number":
      return typeof schema["minimum"] === "number" ? Math.max(1, schema["minimum"]) : 1;
    case "boolean":
      return true;
    case "array": {
      const items = resolved(schema["items"], root);
      return items === null ? [] : [exampleOf(items, root, depth + 1)];
    }
    case "object": {
      const required = listOf(schema["required"]).map(scalarText);
      return Object.fromEntries(required.map((name) => [name, exampleOf(resolved(fieldsOf(schema["properties"])[name], root) ?? {}, root, depth + 1)]));
    }
    default:
      return "text";
  }
}

const cursorQuery = /^(?:after|cursor|starting_?after|page_?token|next|since_?id)$/i;
const cursorAnswer = /^(?:next|cursor|next_?(?:cursor|page|token|page_?token|id))$/i;
const pageSize = /^(?:limit|page_?size|per_?page|size|count|max_?results)$/i;
const pageNumber = /^(?:page|offset|skip|start)$/i;

/** The list with all of its pages: "/orders?limit=1000&after={{cursor}} items[].reference next". null for one that is told in parts in a way that is not known. */
function wholeList(operation: Operation, idField: string): string | null {
  const pick = pickOf(operation, idField);
  if (pick === null) return null;
  const names = Object.keys(operation.queries);
  const cursor = names.find((name) => cursorQuery.test(name));
  const next = Object.keys(fieldsOf(operation.answer?.["properties"])).find((name) => cursorAnswer.test(name));
  const size = names.find((name) => pageSize.test(name));
  const isPaged = size !== undefined || cursor !== undefined || names.some((name) => pageNumber.test(name));
  if (!isPaged) return `${operation.path} ${pick}`;
  if (cursor === undefined || next === undefined) return null;
  const most = size === undefined ? undefined : (operation.queries[size]?.["maximum"] ?? operation.queries[size]?.["default"]);
  const limit = size === undefined || typeof most !== "number" ? "" : `${size}=${most}&`;
  return `${operation.path}?${limit}${cursor}={{cursor}} ${pick} ${next}`;
}

/** Where the ids stand in a list that is answered: "[].reference", "items[].reference". */
function pickOf({ answer, root }: Operation, idField: string): string | null {
  if (answer === null) return null;
  const has = (schema: Fields | null): boolean => schema !== null && Object.hasOwn(fieldsOf(schema["properties"]), idField);
  if (typeOf(answer) === "array") return has(resolved(answer["items"], root)) ? `[].${idField}` : null;
  const [name] = Object.entries(fieldsOf(answer["properties"])).find(([, schema]) => has(resolved(resolved(schema, root)?.["items"], root))) ?? [];
  return name === undefined ? null : `${name}[].${idField}`;
}

function typeOf(schema: Fields): string {
  const type = Array.isArray(schema["type"]) ? schema["type"].find((each) => each !== "null") : schema["type"];
  return typeof type === "string" ? type : schema["properties"] === undefined ? "string" : "object";
}

/** Path of the first server: what stands before every path. */
function basePath(root: Fields): string {
  const url = fieldsOf(listOf(root["servers"])[0])["url"] ?? root["basePath"] ?? "";
  const path = scalarText(url).replace(/^[a-z]+:\/\/[^/]*/i, "");
  return path.startsWith("/") && !path.includes("{") ? path.replace(/\/+$/, "") : "";
}

const mostSteps = 20;

/** Follows `$ref` within the document. */
function resolved(value: unknown, root: Fields): Fields | null {
  let found: unknown = value;
  for (let step = 0; step < mostSteps; step += 1) {
    if (!isFields(found)) return null;
    const { $ref: place } = found;
    if (typeof place !== "string") return found;
    if (!place.startsWith("#/")) return null;
    found = place.slice(2).split("/").reduce((inner: unknown, name) => fieldsOf(inner)[name.replaceAll("~1", "/").replaceAll("~0", "~")], root);
  }
  return null;
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
