/** The browser that reports are looked at with. Where there is none, a test fails and says what helps: left out, it would show nothing. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** `CHROMIUM` names another one. */
export function chromiumPath(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = environment["CHROMIUM"];
  const found = named === undefined ? (environment["PATH"] ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name))) : [named];
  const path = found.find((candidate) => existsSync(candidate));
  if (path !== undefined) return path;
  const where = named === undefined ? "there is no Chromium on PATH" : `CHROMIUM names ${named}, which is not there`;
  throw new Error(`${where}: install one (Debian: apt-get install chromium), or run with CHROMIUM=/path/to/chromium`);
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"] });
}
