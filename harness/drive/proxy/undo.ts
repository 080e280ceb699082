/**
 * How to take back what was done to a proxy, and how to see that it is taken back, as plain data: the supervisor carries it out with
 * any HTTP client, also when whoever did it is dead. Valid for the embedded proxy and the real Toxiproxy alike. All acts may be repeated.
 */

/** A request to the proxy's HTTP interface. `body` is sent as JSON (content type application/json); null sends none. */
export interface ProxyRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | null;
}

export interface ProxyUndo {
  readonly request: ProxyRequest;
  /** The answers that mean done. 404 is one of them: what is gone needs no undoing. */
  readonly doneStatus: readonly number[];
  readonly verify: {
    readonly request: ProxyRequest;
    /** It is undone when the answer has one of these … */
    readonly status: readonly number[];
    /** … and, if it is 200, these fields. */
    readonly fields: Readonly<Record<string, unknown>>;
  };
}

export function undoOfToxic(linkName: string, toxicName: string): ProxyUndo {
  const path = `${linkPath(linkName)}/toxics/${encodeURIComponent(toxicName)}`;
  return gone(path);
}

export function undoOfDisable(linkName: string): ProxyUndo {
  const path = linkPath(linkName);
  return {
    request: { method: "POST", path, body: { enabled: true } },
    doneStatus: [200, 404],
    verify: { request: { method: "GET", path, body: null }, status: [200, 404], fields: { enabled: true } },
  };
}

export function undoOfLink(linkName: string): ProxyUndo {
  return gone(linkPath(linkName));
}

function gone(path: string): ProxyUndo {
  return {
    request: { method: "DELETE", path, body: null },
    doneStatus: [204, 404],
    verify: { request: { method: "GET", path, body: null }, status: [404], fields: {} },
  };
}

function linkPath(linkName: string): string {
  return `/proxies/${encodeURIComponent(linkName)}`;
}
