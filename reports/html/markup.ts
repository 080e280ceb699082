/** HTML that cannot be injected: every string put into a template is made plain and escaped; only `Html` values go in as they are. */

import { plain } from "../text.ts";

export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = Html | string | number | null | false | readonly Content[];

/** Tag of templates. Attributes must be written in double quotes. null and false leave nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(parts.map((part, index) => part + (index < values.length ? markupOf(values[index] ?? null) : "")).join(""));
}

/** For our own assets and for JSON, which are no templates. */
export function raw(markup: string): Html {
  return new Html(markup);
}

/** Data for the script of the page: inside <script type="application/json">, where no tag can open or close. */
export function jsonData(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029"));
}

/** A fragment id from any text. */
export function anchor(prefix: string, text: string): string {
  return `${prefix}-${text.replaceAll(/[^A-Za-z0-9_.-]/g, "_")}`;
}

function markupOf(value: Content): string {
  if (value === null || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "object") return value.map(markupOf).join("");
  return escape(plain(String(value)));
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
