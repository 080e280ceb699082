/** Guards of cleanup and of strangers: each without which something would be left behind, or somebody be hit. */

import type { Mutation } from "./row.ts";

const core = "harness/drive/supervisor/core";

export const safetyRows: readonly Mutation[] = [
  {
    name: "the journal entry before a spawn",
    file: `${core}/children.ts`,
    find: '{ effect: "journal", entry: { entry: "spawning", child: id }, orElse: { event: "spawn-failed", child: id, failure: unwritable, atUs: turn.atUs } },',
    replace: "",
    tests: [`${core}/reducer.test.ts`],
  },
  {
    name: "the journal entry before an act that has an undo",
    file: `${core}/leases.ts`,
    find: 'turn.effects.push({ effect: "journal", entry: { entry: "lease", lease, undo }',
    replace: 'void ({ effect: "journal", entry: { entry: "lease", lease, undo }',
    tests: [`${core}/reducer.test.ts`],
  },
  {
    name: "the writing of the journal",
    file: "harness/drive/supervisor/effects.ts",
    find: "world.journal.append(entry);",
    replace: "void entry;",
    tests: ["harness/drive/supervisor/crash.it.test.ts"],
  },
  {
    name: "the checksum of journal entries",
    file: "harness/drive/supervisor/journal.ts",
    find: "if (line.slice(0, 9) !== `${checksum(json)} `) break;",
    replace: "",
    tests: ["harness/drive/supervisor/journal.test.ts"],
  },
  {
    name: "the end of a lease",
    file: `${core}/leases.ts`,
    find: 'lease.stage === "held" && lease.deadlineUs <= turn.atUs',
    replace: "false",
    tests: [`${core}/leases.test.ts`],
  },
  {
    name: "the heartbeats",
    file: `${core}/reducer.ts`,
    find: "turn.state.lastBeatUs + limits.beatsWithinUs <= turn.atUs",
    replace: "false",
    tests: [`${core}/leases.test.ts`],
  },
  {
    name: "the start time of a process, before it is signalled",
    file: "harness/drive/supervisor/system/processes.ts",
    find: "return processFacts(pid)?.startTicks === startTicks;",
    replace: "return processFacts(pid) !== null;",
    tests: ["harness/drive/supervisor/system/recycled-pid.test.ts"],
  },
  {
    name: "the start time of a session's leader",
    file: "harness/drive/supervisor/system/processes.ts",
    find: "return stranger ? [] : ",
    replace: "return ",
    tests: ["harness/drive/supervisor/system/recycled-pid.test.ts"],
  },
  {
    name: "the start time in a request for a signal",
    file: "harness/drive/supervisor/effects.ts",
    find: "facts === null || facts.startTicks !== wanted.startTicks",
    replace: "facts === null",
    tests: ["harness/drive/supervisor/supervisor.it.test.ts"],
  },
  {
    name: "the refusal to signal processes of others",
    file: "harness/drive/supervisor/effects.ts",
    find: "if (!own) {",
    replace: "if (false) {",
    tests: ["harness/drive/supervisor/supervisor.it.test.ts"],
  },
  {
    name: "the look whether a healing took effect",
    file: "harness/drive/supervisor/system/undo.ts",
    find: "return good ? null : ",
    replace: "return true ? null : ",
    tests: ["harness/drive/supervisor/system/verified-undo.it.test.ts"],
  },
  {
    name: "the repetition of an undo that failed",
    file: "harness/drive/supervisor/system/undo.ts",
    find: "attempt < attempts",
    replace: "attempt < 1",
    tests: ["harness/drive/supervisor/system/verified-undo.it.test.ts"],
  },
  {
    name: "the guard of load and probes",
    file: "harness/drive/guard/allowed.ts",
    find: "if (isLoopbackAddress(address)) return;",
    replace: "if (address !== undefined) return;",
    tests: ["harness/drive/guard/allowed.test.ts"],
  },
  {
    name: "the addresses that nothing opens",
    file: "harness/drive/proxy/relay/upstream.ts",
    find: 'neverAllowed.addSubnet("169.254.0.0", 16, "ipv4");',
    replace: "",
    tests: ["harness/drive/proxy/relay/upstream.test.ts"],
  },
  {
    name: "the guard on the resolved address of an upstream",
    file: "harness/drive/proxy/relay/upstream.ts",
    find: "addresses.filter(({ address }) => guard(address, port))",
    replace: "addresses",
    tests: ["harness/drive/proxy/relay/upstream.it.test.ts"],
  },
  {
    name: "the guard on the address of an upstream",
    file: "harness/drive/proxy/relay/upstream.ts",
    find: "isIP(host) !== 0 && !guard(host, port)",
    replace: "false",
    tests: ["harness/drive/proxy/relay/upstream.it.test.ts"],
  },
  {
    name: "the refusal of foreign names on the proxy's interface",
    file: "harness/base/loopback-server.ts",
    find: "if (!isLoopbackHost(headers.host))",
    replace: "if (false)",
    tests: ["harness/base/loopback-server.it.test.ts"],
  },
  {
    name: "the refusal of foreign pages on the proxy's interface",
    file: "harness/base/loopback-server.ts",
    find: "source !== undefined && !isSameOrigin(source, headers.host)",
    replace: "false",
    tests: ["harness/base/loopback-server.it.test.ts"],
  },
];
