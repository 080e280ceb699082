/** The request that a health check makes, where it is one by HTTP. Pure. */

import type { Service } from "../compose/service.ts";

export interface HealthRequest {
  readonly port: number | null;
  readonly path: string;
}

/** Of curl, wget, or a line of Python, Node or PHP: whatever names an address of its own container. */
export function healthRequest({ health }: Pick<Service, "health">): HealthRequest | null {
  const address = /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d{1,5}))?([^\s"'`)|;,]*)/i.exec(health.join(" "));
  const bare = address ?? /(?:curl|wget|http)\s(?:.*\s)?(?:localhost|127\.0\.0\.1)(?::(\d{1,5}))?((?:\/[^\s"'`)|;,]*)?)/i.exec(health.join(" "));
  if (bare === null) return null;
  const [, port, path = ""] = bare;
  return { port: port === undefined ? null : Number(port), path: path.startsWith("/") ? path : `/${path}` };
}
