import type { HttpToxicKind } from "./http-toxic.ts";

/** Turns every byte into another one, and no JSON text into one that is valid. */
const mask = 0x5a;

/** The server's answer with a body that nobody can read: head, length and framing are right, so the client gets all of it and has to cope. */
export const httpMalformed: HttpToxicKind<never> = {
  summary: "makes the bodies of answers unreadable; heads and framing stay right",
  attributes: {},
  strike: () => ({ kind: "change", change: (payload) => Buffer.from(payload.map((byte) => byte ^ mask)) }),
};
