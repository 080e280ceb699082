/** The stack of `compose/continuum-report.yaml` under a project name of its own, which is gone with everything in it when it is disposed. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../base/entry.ts";
import { RoadworthyError, messageOf } from "../../base/error.ts";
import { freePort } from "../../base/listening.ts";
import { freshToken } from "../../base/random.ts";
import { nowUs } from "../../base/time.ts";
import type { Docker } from "../images/docker.ts";

const folder = join(packageRoot, "compose");
const stepLimitMs = 120_000;
const outputLimitBytes = 16 * 1024 * 1024;
const labelOf = (project: string): string => `label=com.docker.compose.project=${project}`;

export interface ComposeContext {
  /** The program, by itself. */
  readonly compose: string;
  readonly docker: Docker;
  readonly host: string;
  readonly signal: AbortSignal;
}

export class ComposeStack implements AsyncDisposable {
  readonly project: string = `roadworthy-proof-${freshToken(8).toLowerCase()}`;
  readonly #context: ComposeContext;
  readonly #files: readonly string[];
  readonly #ports: Readonly<Record<"API_PORT" | "TOXIPROXY_PORT", string>>;
  #isDown = false;

  private constructor(context: ComposeContext, files: readonly string[], ports: Readonly<Record<"API_PORT" | "TOXIPROXY_PORT", string>>) {
    this.#context = context;
    this.#files = files;
    this.#ports = ports;
  }

  /** `variables`: files beside the compose file that are named by `--env-file`. Nothing is started yet. */
  static async prepare(context: ComposeContext, variables: readonly string[]): Promise<ComposeStack> {
    const files = [...variables.flatMap((name) => ["--env-file", join(folder, name)]), "--file", join(folder, "continuum-report.yaml")];
    return new ComposeStack(context, files, { API_PORT: String(await freePort()), TOXIPROXY_PORT: String(await freePort()) });
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#ports.API_PORT}`;
  }

  get toxiproxyAddress(): string {
    return `127.0.0.1:${this.#ports.TOXIPROXY_PORT}`;
  }

  /** Milliseconds until every health check was green. Throws when one was not. */
  async up(): Promise<number> {
    const startUs = nowUs();
    // What is not here is an error, not a download.
    await this.#compose(["up", "--detach", "--wait", "--pull", "never", "--no-build"], this.#context.signal);
    return (nowUs() - startUs) / 1000;
  }

  /** Milliseconds until everything was gone. */
  async down(): Promise<number> {
    const startUs = nowUs();
    await this.#compose(["down", "--volumes", "--remove-orphans"]);
    this.#isDown = true;
    return (nowUs() - startUs) / 1000;
  }

  /** SIGKILL for a service's container, and its start. */
  async killAndStart(service: string): Promise<void> {
    await this.#compose(["kill", "--signal", "SIGKILL", service], this.#context.signal);
    await this.#compose(["up", "--detach", "--wait", "--no-recreate", "--pull", "never", "--no-build", service], this.#context.signal);
  }

  /** "api=healthy", of every container that has a health check. */
  async health(): Promise<string[]> {
    const ids = (await this.#context.docker("container", "ls", "--quiet", "--filter", labelOf(this.project))).split("\n").filter((id) => id !== "");
    const format = '{{index .Config.Labels "com.docker.compose.service"}}={{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}';
    return ids.length === 0 ? [] : (await this.#context.docker("container", "inspect", "--format", format, ...ids)).split("\n").toSorted();
  }

  /** Containers, volumes and networks that bear the project's label. */
  async left(): Promise<string[]> {
    const { docker } = this.#context;
    const kinds = [
      ["container", "--all"],
      ["volume"],
      ["network"],
    ] as const;
    const found = await Promise.all(kinds.map(async ([kind, ...more]) => (await docker(kind, "ls", "--quiet", ...more, "--filter", labelOf(this.project))).split("\n")));
    return found.flat().filter((id) => id !== "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDown) await this.down();
  }

  async #compose(args: readonly string[], signal?: AbortSignal): Promise<void> {
    const { compose, host } = this.#context;
    const env = { ...process.env, ...this.#ports, DOCKER_HOST: host };
    const limits = { env, timeout: stepLimitMs, maxBuffer: outputLimitBytes, ...(signal === undefined ? {} : { signal }) };
    try {
      await promisify(execFile)(compose, ["--progress", "quiet", "--project-name", this.project, ...this.#files, ...args], limits);
    } catch (error) {
      signal?.throwIfAborted();
      throw new RoadworthyError("stack-unavailable", `compose ${args[0]} failed: ${messageOf(error)}`, { where: this.project, hint: "missing images are made by `npm run images`", cause: error });
    }
  }
}
