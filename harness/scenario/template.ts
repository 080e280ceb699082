/**
 * Text with `{{name}}` or `{{name:argument:argument}}` places. Data instead of functions, so that the same target can be written
 * in YAML and handed to another process. Which names exist depends on where the template stands: `stackPlaces` or `requestPlaces`.
 */

import { RoadworthyError } from "../base/error.ts";

export interface Place {
  name: string;
  arguments: readonly string[];
}

/** Literal text and places in turn, parsed once so that the hot loop only joins. */
export type Template = readonly (string | Place)[];

const place = /\{\{\s*([a-zA-Z][\w-]*)((?::[^{}:]*)*)\s*\}\}/g;

export function parseTemplate(text: string): Template {
  const parts: (string | Place)[] = [];
  let position = 0;
  for (const match of text.matchAll(place)) {
    if (match.index > position) parts.push(text.slice(position, match.index));
    const [whole, name = "", rest = ""] = match;
    parts.push({ name, arguments: rest === "" ? [] : rest.slice(1).split(":").map((argument) => argument.trim()) });
    position = match.index + whole.length;
  }
  if (position < text.length) parts.push(text.slice(position));
  return parts;
}

/** Joins the parts; `fill` answers each place, undefined for one that it does not know. Throws `target-invalid` naming it. */
export function fillTemplate(template: Template, fill: (place: Place) => string | undefined): string {
  let text = "";
  for (const part of template) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = fill(part);
    if (value === undefined) throw unknownPlace(part);
    text += value;
  }
  return text;
}

/** Every place in a text, for checks before anything runs. */
export function placesOf(text: string): Place[] {
  return parseTemplate(text).filter((part): part is Place => typeof part !== "string");
}

function unknownPlace(unknown: Place): RoadworthyError {
  const written = [unknown.name, ...unknown.arguments].join(":");
  return new RoadworthyError("target-invalid", `nothing is known to fill {{${written}}}`, {
    hint: "stack templates know port, node, link and run; request templates know id, n, int, pick, text, acknowledged and captured",
  });
}
