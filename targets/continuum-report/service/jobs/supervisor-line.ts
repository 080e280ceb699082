/** The line from a worker to its supervisor: what it tells, and its own end when the supervisor is gone. */

export type WorkerNews = { readonly kind: "listening"; readonly port: number } | { readonly kind: "working"; readonly documentId: string | null };

/** Tells the supervisor, if there is one. */
export function tellSupervisor(news: WorkerNews): void {
  if (process.connected) process.send?.(news);
}

/** A worker without its supervisor would hold jobs that nobody recovers: it leaves at once, and its successor's supervisor brings them back. */
export function endWithSupervisor(): void {
  if (process.connected) process.once("disconnect", () => process.exit(1));
}

/** What came over the line, or null for what is no news of a worker. */
export function parseNews(message: unknown): WorkerNews | null {
  if (typeof message !== "object" || message === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...message };
  const { kind, port, documentId } = { kind: fields["kind"], port: fields["port"], documentId: fields["documentId"] };
  if (kind === "listening" && typeof port === "number") return { kind, port };
  if (kind === "working" && (typeof documentId === "string" || documentId === null)) return { kind, documentId };
  return null;
}
