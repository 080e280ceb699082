/** What a run ran on, in one line for the header of every report: versions, and each image with its digest and who runs it. */

import type { SuiteVerdict } from "../harness/judge/verdict/schema.ts";

const shownDigits = 12;

export function ranOnText({ stack, versions, images }: Pick<SuiteVerdict, "stack" | "versions" | "images">): string {
  const parts = [...versions, ...imageTexts(images ?? [], shortDigest)];
  return parts.length === 0 ? stack : `${stack}: ${parts.join(", ")}`;
}

type Images = NonNullable<SuiteVerdict["images"]>;

/** "shop/api:1@sha256:0123456789ab (api, worker)": one for each image. */
export function imageTexts(images: Images, digestText: (image: Images[number]) => string): string[] {
  const groups = new Map<string, string[]>();
  for (const image of images) {
    const key = `${image.image.replace(/@.*$/, "")}@${digestText(image)}`;
    groups.set(key, [...(groups.get(key) ?? []), image.service]);
  }
  return [...groups].map(([text, services]) => `${text} (${services.join(", ")})`);
}

/** Of a registry's manifest where there is one; else of the image's content. */
export function wholeDigest({ digest, id }: Images[number]): string {
  return digest ?? id;
}

function shortDigest(image: Images[number]): string {
  const [algorithm = "", hex = ""] = wholeDigest(image).split(":");
  return `${algorithm}:${hex.slice(0, shownDigits)}`;
}
