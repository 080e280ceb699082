import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { allowFileSchema } from "../../../scenario/target/allow.ts";
import { modelOf } from "./model.fixture.ts";
import { assertSafe, refusals } from "./refusals.ts";

const nothing = allowFileSchema.parse({}).compose;
const bind = (source: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({ volumes: [{ type: "bind", source, target: "/x", ...more }] });

test("R38: volumes of the project, settings that are only read and temporary files are nobody's data", () => {
  const service = { volumes: [{ type: "volume", source: "data", target: "/data" }, { type: "bind", source: "/shop/docker/init.sql", target: "/init.sql", read_only: true }, { type: "tmpfs", target: "/tmp" }] };
  expect(refusals(modelOf({ db: service, other: { network_mode: "service:db" }, alone: { network_mode: "none" } }), nothing)).toEqual([]);
});

test.each([
  ["a folder that it writes to", bind("/srv/data")],
  ["the engine's socket, even to read", bind("/var/run/docker.sock", { read_only: true })],
  ["the socket of a user's engine", bind("/run/user/1000/docker.sock")],
  ["the folder of an engine's socket", bind("/run/podman")],
  ["the socket in the folder that it is in", bind("/var/run", { read_only: true })],
  ["the socket somewhere in the whole machine", bind("/", { read_only: true })],
  ["the sockets of a user's engines", bind("/run/user/1000/", { read_only: true })],
  ["the run's own socket", bind("/opt/own/engine.sock", { read_only: true })],
  ["the run's own socket in a folder", bind("/opt/own", { read_only: true })],
  ["the engine's socket by a word of its own", { use_api_socket: true }],
  ["a stranger's processes", { pid: "container:prod" }],
  ["a stranger's shared memory", { ipc: "container:prod" }],
  ["a privileged hook after its start", { post_start: [{ command: ["x"], privileged: true }] }],
  ["a privileged hook before its end", { pre_stop: [{ command: ["x"] }, { command: ["x"], privileged: true }] }],
  ["devices by their numbers", { device_cgroup_rules: ["c 1:3 mr"] }],
  ["all rights", { privileged: true }],
  ["a program of the machine", { provider: { type: "model" } }],
  ["the machine's processes", { pid: "host" }],
  ["the machine's shared memory", { ipc: "host" }],
  ["the machine's users", { userns_mode: "host" }],
  ["the machine's network", { network_mode: "host" }],
  ["a stranger's network", { network_mode: "container:prod" }],
  ["a stranger's volumes", { volumes_from: ["container:prod:ro"] }],
  ["strangers by name", { external_links: ["prod_db:db"] }],
  ["a device", { devices: [{ source: "/dev/sda", target: "/dev/sda" }] }],
  ["version 6 of the internet, where the machine has an address", { sysctls: { "net.ipv6.conf.all.disable_ipv6": "0" } }],
  ["a capability that leads out", { cap_add: ["NET_ADMIN", "SYS_ADMIN"] }],
])("R38: a service that is given %s is refused", (_title, service) => {
  expect(refusals(modelOf({ db: service }), nothing, "unix:///opt/own/engine.sock")).toHaveLength(1);
});

test("R38: version 6 may be on where the allow file lets containers reach the machine, and what switches it off is nobody's trouble", () => {
  const on = modelOf({ db: { sysctls: { "net.ipv6.conf.eth0.disable_ipv6": 0 } } });
  expect(refusals(on, nothing)).toMatchObject([{ allow: "machine: { reason: … }" }]);
  expect(refusals(on, allowFileSchema.parse({ compose: { machine: { reason: "a machine of its own" } } }).compose)).toEqual([]);
  expect(refusals(modelOf({ db: { sysctls: { "net.ipv6.conf.all.disable_ipv6": "1", "net.core.somaxconn": "1024" } } }), nothing)).toEqual([]);
});

test("R38: a link to an engine's socket is that socket, and neighbours of sockets are harmless", () => {
  using folder = temporaryFolder();
  symlinkSync("/", join(folder.path, "link"));
  const read = { read_only: true };
  expect(refusals(modelOf({ db: bind(join(folder.path, "link"), read) }), nothing)).toHaveLength(1);
  const harmless = ["/var/run/postgresql", "/run/user/1000/bus", "/opt/own/engine.socket", "/opt/owner", folder.path].map((source) => bind(source, read)["volumes"]).flat();
  const hooks = { post_start: [{ command: ["x"] }], pid: "service:db", ipc: "shareable", device_cgroup_rules: null, use_api_socket: false };
  expect(refusals(modelOf({ db: { volumes: harmless }, other: hooks }), nothing, "unix:///opt/own/engine.sock")).toEqual([]);
});

test.each([
  ["an external volume", { volumes: { data: { name: "prod-data", external: true } } }],
  ["a bind in the guise of a volume", { volumes: { data: { name: "shop_data", driver_opts: { type: "none", o: "bind", device: "/srv/data" } } } }],
  ["a share of another machine", { volumes: { data: { driver: "nfs" } } }],
  ["a secret that is the engine's socket", { secrets: { key: { file: "/var/run/docker.sock" } } }],
  ["a configuration that has the engine's socket in it", { configs: { all: { file: "/var/run" } } }],
  ["an external network", { networks: { front: { name: "traefik", external: true } } }],
])("R38: %s is refused", (_title, extra) => {
  expect(refusals(modelOf({ db: {} }, extra), nothing)).toHaveLength(1);
});

test("R38: what the allow file names is allowed, and nothing beside it", () => {
  const reason = "a test bench";
  const allowed = allowFileSchema.parse({ compose: { binds: [{ path: "/srv/data", reason }], volumes: [{ name: "prod-data", reason }], networks: [{ name: "traefik", reason }] } }).compose;
  const extra = { volumes: { data: { name: "prod-data", external: true } }, networks: { front: { name: "traefik", external: true } } };
  expect(refusals(modelOf({ db: bind("/srv/data") }, extra), allowed)).toEqual([]);
  expect(refusals(modelOf({ db: bind("/srv/data2") }, extra), allowed)).toHaveLength(1);
  expect(refusals(modelOf({ db: bind("/var/run/docker.sock") }), { ...allowed, binds: [{ path: "/var/run/docker.sock", reason }] })).toHaveLength(1);
});

test("the error names everything at once, with the lines that would allow it", () => {
  expect(() => assertSafe(modelOf({ db: bind("/srv/data"), api: { privileged: true } }), nothing, "unix:///run/docker.sock")).toThrow(
    expect.objectContaining({ code: "not-allowed", message: expect.stringMatching(/\/srv\/data[\s\S]*privileged/), hint: expect.stringContaining("binds: [{ path: /srv/data, reason: … }]") }),
  );
});
