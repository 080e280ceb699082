import { expect, it } from "vitest";
import { failureOf } from "./failure.ts";

/** As the system gives it. */
const system = (code: string): Error => Object.assign(new Error(`connect ${code} 127.0.0.1:1`), { code, errno: -1, syscall: "connect" });
/** As Node's TLS gives it. */
const ofTls = (code: string): Error => Object.assign(new Error("in many words"), { code });
const plain = { stage: "connecting", isTls: false } as const;
const shaking = { stage: "shaking-hands", isTls: true } as const;
const open = { stage: "open", isTls: true } as const;

it.each<[string, Error, Parameters<typeof failureOf>[1], [outcome: string, message: string]]>([
  ["no socket left", system("EMFILE"), plain, ["dropped", "EMFILE"]],
  ["no port left", system("EADDRNOTAVAIL"), plain, ["dropped", "EADDRNOTAVAIL"]],
  ["no memory left", system("ENOBUFS"), shaking, ["dropped", "ENOBUFS"]],
  ["nobody listens", system("ECONNREFUSED"), plain, ["refused", "ECONNREFUSED"]],
  ["no way there", system("EHOSTUNREACH"), plain, ["refused", "EHOSTUNREACH"]],
  ["the system gave up connecting", system("ETIMEDOUT"), plain, ["timeout", "ETIMEDOUT"]],
  ["the system gave up an open connection", system("ETIMEDOUT"), open, ["timeout", "ETIMEDOUT after it was open"]],
  ["reset", system("ECONNRESET"), plain, ["reset", "ECONNRESET"]],
  ["reset in the handshake", system("ECONNRESET"), shaking, ["reset", "closed in the TLS handshake"]],
  ["closed in the handshake, in Node's words", ofTls("ECONNRESET"), shaking, ["reset", "closed in the TLS handshake"]],
  ["reset over TLS", system("ECONNRESET"), open, ["reset", "ECONNRESET"]],
  ["written to a closed one", system("EPIPE"), open, ["reset", "EPIPE"]],
  ["a certificate that has expired", ofTls("CERT_HAS_EXPIRED"), shaking, ["tls", "CERT_HAS_EXPIRED"]],
  ["another name", ofTls("ERR_TLS_CERT_ALTNAME_INVALID"), shaking, ["tls", "ERR_TLS_CERT_ALTNAME_INVALID"]],
  ["garbage for TLS", system("EPROTO"), shaking, ["tls", "EPROTO"]],
  ["damage on the way", ofTls("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"), open, ["tls", "ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"]],
  ["no code", new Error("odd"), plain, ["reset", "odd"]],
])("%s", (_name, error, connection, [outcome, message]) => {
  expect(failureOf(error, connection)).toEqual({ outcome, message });
});
