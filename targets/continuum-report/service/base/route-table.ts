/** Routes as rows of a table, found by method and path; a segment such as `:id` takes whatever stands there. */

export interface Ask {
  readonly query: URLSearchParams;
  readonly parameters: Readonly<Record<string, string>>;
  /** The body as JSON. Fails with BadRequest when it is not JSON or too large. */
  json(): Promise<unknown>;
}

/** A text body is sent as Prometheus text, anything else as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  answer(ask: Ask): Answer | Promise<Answer>;
}

interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

export function findRoute(routes: readonly Route[], method: string, path: string): Found | null {
  for (const route of routes) {
    const parameters = route.method === method ? matchPath(route.path, path) : null;
    if (parameters !== null) return { route, parameters };
  }
  return null;
}

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  // A closing slash is the same place; Paperless, for one, has it in its paths.
  if (given.length > 2 && given.at(-1) === "") given.pop();
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const actual = given[index] ?? "";
    if (segment.startsWith(":") && actual !== "") parameters[segment.slice(1)] = decode(actual);
    else if (segment !== actual) return null;
  }
  return parameters;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
