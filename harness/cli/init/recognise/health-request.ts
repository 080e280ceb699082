/** The request that a health check makes, where it is one by HTTP. Pure. */

import { interpolated } from "../compose/interpolate.ts";
import type { Service } from "../compose/service.ts";

export interface HealthRequest {
  readonly port: number | null;
  readonly path: string;
}

/** Of curl, wget, or a line of Python, Node or PHP: whatever names an address of its own container. */
export function healthRequest({ health, environment }: Pick<Service, "health" | "environment">): HealthRequest | null {
  // In the container a shell fills in what the service's own variables say.
  const text = String(interpolated(health.join(" "), { variables: environment, onMissing: () => undefined }));
  const address = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?([^\s"'`)|;,]*)/i.exec(text);
  const bare = address ?? /(?:curl|wget|http)\s(?:.*\s)?(?:localhost|127\.0\.0\.1)(?::(\d{1,5}))?((?:\/[^\s"'`)|;,]*)?)/i.exec(text);
  if (bare === null) return null;
  const [, port, path = ""] = bare;
  return { port: port === undefined ? null : Number(port), path: /^\/?:/.test(path) ? path.replace(/^\/?:[^/]*/, "") || "/" : path.startsWith("/") ? path : `/${path}` };
}
