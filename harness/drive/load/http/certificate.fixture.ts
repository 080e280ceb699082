/** A certificate that nobody has signed but itself, made when it is needed: no private key lies in the repo. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";

export interface Certificate {
  key: Buffer;
  cert: Buffer;
}

/** For the name `localhost`. Needs `openssl`. */
export function selfSigned(): Certificate {
  using folder = temporaryFolder();
  const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout", key, "-out", cert, ...subject], { stdio: "pipe" });
  } catch (error) {
    throw new Error("these tests need openssl 1.1.1 or newer to make a certificate; install the package openssl", { cause: error });
  }
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
