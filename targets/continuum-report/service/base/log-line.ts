/** Plain lines: news on stdout, trouble on stderr. A reader that has gone away must not take the service with it. */

for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

export function logLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function logTrouble(text: string): void {
  process.stderr.write(`${text}\n`);
}
