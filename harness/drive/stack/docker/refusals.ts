/**
 * What a compose file of the user's own must not bring into a run (R38): data that are not the run's, and ways out of the containers.
 * Each may be allowed by name in the committed allow file; what would reach into the engine or the machine itself cannot.
 */

import { realpathSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import type { ComposeAllowance } from "../../../scenario/target/allow.ts";
import type { ComposeModel, ComposeService } from "./model.ts";

export interface Refusal {
  readonly what: string;
  /** The line for the allow file; null when nothing allows it. */
  readonly allow: string | null;
}

const shown = 8;
const sockets = /\/(docker|podman|containerd|crio)\.sock$|^(\/var)?\/run\/(docker|podman|containerd|crio)\//;
const usualSockets = ["/run", "/var/run"].flatMap((folder) => ["docker.sock", "podman/podman.sock", "containerd/containerd.sock", "crio/crio.sock"].map((socket) => join(folder, socket)));
/** Of users: their engines' sockets are in there. */
const userFolders = /^(\/var)?\/run\/user(\/\d+)?$/;

/** Throws `not-allowed` with everything that stands against it at once. `endpoint`: of the run's own engine. */
export function assertSafe(model: ComposeModel, allowed: ComposeAllowance, endpoint: string): void {
  const refused = refusals(model, allowed, endpoint);
  if (refused.length === 0) return;
  const rest = refused.length > shown ? [`and ${refused.length - shown} more`] : [];
  const lines = [...new Set(refused.flatMap(({ allow }) => (allow === null ? [] : [allow])))];
  throw new RoadworthyError("not-allowed", `the compose files reach beyond the run:\n${[...refused.slice(0, shown).map(({ what }) => `  ${what}`), ...rest].join("\n")}`, {
    hint: lines.length === 0 ? "take it out, in a further compose file for the runs" : `use throw-away volumes in a further compose file for the runs, or allow it in roadworthy.allow.yaml, under compose: ${lines.slice(0, shown).join("; ")}`,
  });
}

export function refusals(model: ComposeModel, allowed: ComposeAllowance, endpoint = ""): Refusal[] {
  const leadsToEngine = whetherToEngine(endpoint);
  return [
    ...Object.entries(model.services).flatMap(([name, service]) => [...mountsRefused(name, service, { allowed, leadsToEngine }), ...powersRefused(name, service), ...networkRefused(name, service), ...sysctlsRefused(name, service, allowed)]),
    ...volumesRefused(model, allowed),
    ...filesRefused(model, leadsToEngine),
    ...networksRefused(model, allowed),
  ];
}

/** Of a file or folder of this machine: whether an engine's socket is it or is in it. To connect to a socket, reading its folder is enough. */
function whetherToEngine(endpoint: string): (source: string) => boolean {
  const own = endpoint.startsWith("unix://") ? endpoint.slice("unix://".length) : null;
  const known = own === null ? usualSockets : [...usualSockets, own, realPath(own)];
  return (source) => {
    const places = [join(source, "."), realPath(source)];
    return places.some((place) => sockets.test(`${place}/`.replace(/\.sock\/$/, ".sock")) || userFolders.test(place) || known.some((socket) => socket === place || socket.startsWith(join(place, "/"))));
  };
}

/** The path as it is where nothing is, such as on another machine. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

interface MountRules {
  readonly allowed: ComposeAllowance;
  readonly leadsToEngine: (source: string) => boolean;
}

/** A bind that is only read is settings or a script; what can be written to may be data that somebody needs. */
function mountsRefused(name: string, { volumes }: ComposeService, { allowed: { binds }, leadsToEngine }: MountRules): Refusal[] {
  return (volumes ?? []).flatMap((mount): Refusal[] => {
    const source = mount.source ?? "";
    if (mount.type !== "bind" && mount.type !== "npipe") return [];
    if (leadsToEngine(source)) return [{ what: `service ${name} is given the engine's socket, ${source} or in there: it could reach every container of this machine`, allow: null }];
    if (mount.read_only === true || binds.some(({ path }) => path === source)) return [];
    return [{ what: `service ${name} writes to ${source} of this machine (mounted at ${mount.target ?? "?"})`, allow: `binds: [{ path: ${source}, reason: … }]` }];
  });
}

function powersRefused(name: string, service: ComposeService): Refusal[] {
  const refuse = (what: string): Refusal => ({ what: `service ${name} ${what}`, allow: null });
  const found: Refusal[] = [];
  if (service.privileged === true) found.push(refuse("is privileged: it could do anything on this machine"));
  for (const [word, value] of [["pid", service.pid], ["ipc", service.ipc], ["userns_mode", service.userns_mode]] as const) if (value === "host" || value?.startsWith("container:") === true) found.push(refuse(`has \`${word}: ${value}\``));
  if (service.provider !== undefined && service.provider !== null) found.push(refuse("has a `provider`: a program of this machine that Compose would run"));
  if (service.use_api_socket === true) found.push(refuse("has `use_api_socket`: it is given the engine's socket, and could reach every container of this machine"));
  if ([...(service.post_start ?? []), ...(service.pre_stop ?? [])].some(({ privileged }) => privileged === true)) found.push(refuse("has a privileged hook (post_start, pre_stop): it could do anything on this machine"));
  if ((service.device_cgroup_rules ?? []).length > 0) found.push(refuse("has device_cgroup_rules: it could use devices of this machine"));
  if ((service.devices ?? []).length > 0) found.push(refuse("is given devices of this machine"));
  const powers = (service.cap_add ?? []).filter((power) => /^(CAP_)?(ALL|SYS_ADMIN|SYS_MODULE|SYS_PTRACE|SYS_RAWIO)$/i.test(power));
  if (powers.length > 0) found.push(refuse(`has the capabilities ${powers.join(", ")}`));
  const strangers = (service.volumes_from ?? []).filter((from) => from.startsWith("container:"));
  if (strangers.length > 0) found.push(refuse(`takes the volumes of ${strangers.join(", ")}, which is not of the run`));
  return found;
}

function networkRefused(name: string, service: ComposeService): Refusal[] {
  const mode = service.network_mode ?? "";
  const fine = mode === "" || mode === "none" || mode === "default" || mode.startsWith("service:");
  const found: Refusal[] = fine ? [] : [{ what: `service ${name} has \`network_mode: ${mode}\`: what it sends would not go through the proxy`, allow: null }];
  if ((service.external_links ?? []).length > 0) found.push({ what: `service ${name} has external_links: ${service.external_links?.join(", ")}`, allow: null });
  return found;
}

/** The engine's machine has an address of version 6 in every network, which only those can call who have that version on. */
function sysctlsRefused(name: string, { sysctls }: ComposeService, { machine }: ComposeAllowance): Refusal[] {
  const found = Object.entries(sysctls ?? {}).filter(([setting, value]) => /^net[./]ipv6[./]conf[./].+[./]disable_ipv6$/.test(setting) && String(value) === "0");
  if (found.length === 0 || machine !== undefined) return [];
  return [{ what: `service ${name} switches IP version 6 on (${found.map(([setting]) => setting).join(", ")}): it could reach whatever listens on the engine's machine`, allow: "machine: { reason: … }" }];
}

function volumesRefused(model: ComposeModel, { volumes }: ComposeAllowance): Refusal[] {
  return Object.entries(model.volumes ?? {}).flatMap(([key, volume]): Refusal[] => {
    const name = volume?.name ?? key;
    if (volume?.external === true) {
      const isAllowed = volumes.some((entry) => entry.name === name);
      return isAllowed ? [] : [{ what: `volume ${name} is external: its data are not the run's`, allow: `volumes: [{ name: ${name}, reason: … }]` }];
    }
    // A bind, or a share of another machine, in the guise of a volume.
    if (volume?.driver_opts?.["device"] !== undefined || (volume?.driver ?? "local") !== "local") return [{ what: `volume ${name} leads to a place outside the engine (driver or device)`, allow: null }];
    return [];
  });
}

/** Secrets and configurations that are files are binds. */
function filesRefused({ secrets, configs }: ComposeModel, leadsToEngine: MountRules["leadsToEngine"]): Refusal[] {
  return [...Object.entries(secrets ?? {}), ...Object.entries(configs ?? {})].flatMap(([name, entry]): Refusal[] =>
    entry?.file !== undefined && leadsToEngine(entry.file) ? [{ what: `the secret or configuration ${name} is the engine's socket, ${entry.file} or in there`, allow: null }] : [],
  );
}

/** All networks are made anew: whoever else is in an external one will be missing. */
function networksRefused(model: ComposeModel, { networks }: ComposeAllowance): Refusal[] {
  return Object.entries(model.networks ?? {}).flatMap(([key, network]): Refusal[] => {
    const name = network?.name ?? key;
    if (network?.external !== true || networks.some((entry) => entry.name === name)) return [];
    return [{ what: `network ${name} is external: strangers are in it`, allow: `networks: [{ name: ${name}, reason: … }]` }];
  });
}
