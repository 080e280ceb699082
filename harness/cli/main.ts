/** The command line: one verb a file, exit codes from `base/error.ts`, results on stdout, everything else on stderr. */

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { asRoadworthyError, exitCodes } from "../base/error.ts";
import { freshSeed } from "../base/random.ts";
import { planScenarios, planSuite } from "./definitions.ts";
import { ack } from "./verbs/ack.ts";
import { diffRuns } from "./verbs/diff.ts";
import { doctor, type DoctorFlags } from "./verbs/doctor.ts";
import { heal } from "./verbs/heal.ts";
import type { InitFlags } from "./init/flags.ts";
import { init } from "./verbs/init.ts";
import { list } from "./verbs/list.ts";
import type { LoadFlags } from "./load/options.ts";
import { load } from "./verbs/load.ts";
import { printPlan, type PlanFlags } from "./verbs/plan.ts";
import { planPromises } from "./verbs/promises.ts";
import { runProxy, type ProxyFlags } from "./verbs/proxy.ts";
import { explainRun, judgeRun, reportRun } from "./verbs/recorded.ts";
import { runPlan, type RunFlags } from "./verbs/run.ts";
import { selftest, type SelftestFlags } from "./verbs/selftest.ts";
import { validate } from "./verbs/validate.ts";
import { plainLines } from "../../reports/text.ts";
import { usualLooks } from "./repeats.ts";
import { version } from "./version.ts";

interface SeedFlag {
  seed?: number;
}

const program = new Command("roadworthy")
  .description("Boots a system, loads it, breaks it on purpose, and rules on every target that its roadmap promises.")
  .version(version())
  .showHelpAfterError("(roadworthy --help shows the commands)")
  .addHelpText("after", "\nExit codes: 0 pass, 1 fail, 2 inconclusive, 3 stopped, 4 clean-up incomplete, 64 usage, 69 unavailable, 70 internal error, 74 cannot write, 130 interrupted")
  .exitOverride();

let exitCode: number = exitCodes.pass;

/** Wraps a verb: its number is the exit code, its text goes to stdout. */
function verb<Arguments extends unknown[]>(act: (...args: Arguments) => Promise<number | string> | number | string): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    const result = await act(...args);
    if (typeof result === "number") exitCode = result;
    else process.stdout.write(result.endsWith("\n") ? result : `${result}\n`);
  };
}

function withRunOptions(command: Command): Command {
  return command
    .option("--target <name or path>", "the system under test; known-bad variants are named broken/<name>")
    .option("--stack <runtime>", "embedded: processes; docker: containers of the target's compose files, and usual where these are all there is; external: up already, where the target's `external` says (kubernetes is to come)")
    .option("--env <NAME=value>", "with --stack docker: a variable of the compose files, such as the image of this commit; repeatable", collect)
    .addOption(new Option("--proxy <proxy>", "whose faults on links: our own proxy's, or the real Toxiproxy's").choices(["embedded", "toxiproxy"]).default("embedded"))
    .option("--seed <number>", "the same seed gives the same schedule, data and choices", wholeNumber)
    .option("--allow-target <host:port>", "a host beyond loopback that roadworthy.allow.yaml lists as well; repeatable", collect)
    .option("--repeat <number>", "so often, each time on a stack of its own; one report over all", wholeNumber)
    .option("--until-decided [most]", `repeat until nothing required is inconclusive, or something fails; at most so often (${usualLooks})`, wholeNumber)
    .option("--out <folder>", "where runs are kept")
    .option("--all", "show the passes and the rows not covered in full")
    .option("--json", "print suite.json instead of the summary");
}

withRunOptions(program.command("run").argument("<scenario...>", "names or paths").description("run scenarios and judge them")).action(
  verb(async (names: string[], flags: RunFlags & SeedFlag) => runPlan(await planScenarios(names, seeded(flags)), flags, repeatCommand("run", names, flags))),
);

withRunOptions(program.command("suite").argument("<name>", "name or path").description("run a suite; one report over all"))
  .option("--only <objective...>", "only the scenarios that rule on one of these objectives")
  .action(verb(async (name: string, flags: RunFlags & SeedFlag & { only?: string[] }) => runPlan(await planSuite(name, seeded(flags)), flags, repeatCommand("suite", [name], flags))));

withRunOptions(program.command("selftest").argument("<suite>", "name or path").description("show that each gate of a suite goes red on the known-bad variants, and green on the good target"))
  .option("--only <objective...>", "only these gates")
  .option("--derived", "controls for the gates that one can be derived for, in place of the known-bad variants")
  .action(verb((name: string, flags: SelftestFlags & SeedFlag) => selftest(name, seeded(flags))));

program.command("judge").argument("<run>", "id or path").option("--out <folder>").option("--json").option("--all").description("judge a recorded run again and write its outputs").action(verb(judgeRun));
program
  .command("report")
  .argument("<run>", "id or path")
  .option("--format <format>", "html, junit, md or json: print this one instead of writing all of them")
  .option("--out <folder>", "where runs are kept")
  .description("render a recorded run")
  .action(verb(reportRun));
program.command("explain").argument("<run>", "id or path").argument("<objective>").option("--out <folder>").description("how a ruling came about, with its numbers").action(verb(explainRun));
program
  .command("diff")
  .argument("<run>", "id or path")
  .argument("<other run>", "id or path")
  .option("--out <folder>", "where runs are kept")
  .option("--all", "the objectives that agree as well")
  .option("--json")
  .description("two recorded runs side by side, such as one on --stack embedded and one on --stack docker: exit 1 when an outcome contradicts the other's")
  .action(verb(diffRuns));
program.command("list").option("--json").description("what can be run: targets, suites, scenarios").action(verb((flags: { json?: boolean }) => list(flags)));
program
  .command("validate")
  .argument("[file...]", "scenario, suite or target files; everything known when left out")
  .description("check definitions without running anything")
  .action(verb((files: string[]) => validate(files)));
program
  .command("plan")
  .argument("[suite or scenario...]", "names or paths; with --objectives names of systems, all of them when left out")
  .option("--target <name or path>")
  .option("--seed <number>", "decides what scenarios leave to chance", wholeNumber)
  .addOption(new Option("--objectives", "of whole systems: what they promise and no scenario covers").conflicts(["target", "seed"]))
  .option("--json")
  .description("what a run would do and when; opens no socket and sends no signal")
  .action(verb((names: string[], flags: PlanFlags & SeedFlag & { objectives?: true }) => (flags.objectives === true ? planPromises(names, flags) : printPlan(names, seeded(flags)))));
program
  .command("init")
  .option("-f, --compose <file>", "a compose file; repeatable, later ones over earlier ones (compose.yaml or docker-compose.yml, and its override)", collect)
  .option("--profile <name>", "of the compose file; repeatable", collect)
  .option("--env-file <file>", "variables of the compose file; repeatable (.env)", collect)
  .option("--openapi <file>", "what the system serves, in YAML or JSON: reads, writes and health checks are taken from it (openapi.yaml or .json)")
  .option("--name <name>", "of the target (the compose project's)")
  .option("--service <name=kind[:port]>", "what a service is: postgres, redis, http, worker, tcp, task; repeatable", collect)
  .option("--entry <service>", "the service that is loaded")
  .option("--health <path>", "a cheap health check of it")
  .option("--deep-check <path>", "a health check that asks the stores as well")
  .option("--read <path>", "what its users look at; repeatable", collect)
  .option("--write <request>", '"POST /orders": what must not be lost')
  .option("--body <json>", "of the write, with {{id}} where a unique text may stand")
  .option("--status <codes>", "of an acknowledged write (200,201,202)")
  .option("--read-back <question>", '"sql: SELECT reference FROM orders", "http: /orders items[].reference": lists the ids that are stored')
  .option("--finished <question>", "lists the ids of finished work, as above")
  .option("--queue <question>", '"redis: LLEN jobs": how long the queue is')
  .addOption(new Option("--format <format>", "yaml, or ts where there is a package.json that has roadworthy").choices(["yaml", "ts"]))
  .option("--out <folder>", "where the definitions go (chaos)")
  .option("--no-ci", "writes no workflows")
  .option("--yes", "asks nothing")
  .option("--json", "print what was seen and written as JSON")
  .description("read a compose file and write a target, scenarios, suites, objectives and CI workflows; changes nothing that was edited since")
  .action(verb((flags: InitFlags) => init(flags)));
program
  .command("doctor")
  .option("--install", "fetch what is missing and can be fetched")
  .option("--k6 <folder>", "a k6 with the extensions that main.go and go.mod of this folder name")
  .option("--json")
  .description("check the tools and rights that a run needs")
  .action(verb((flags: DoctorFlags) => doctor(flags)));
program.command("heal").option("--json").description("undo what an interrupted run left behind").action(verb((flags: { json?: boolean }) => heal(flags)));
program
  .command("ack")
  .argument("[run]", "a live run; the only one when left out")
  .argument("[step]", "what it asks for, as it says: disaster:2; the only thing when left out")
  .option("--json")
  .description("tell a live run that what it asked of people is done")
  .action(verb((run: string | undefined, step: string | undefined, flags: { json?: boolean }) => ack(run, step, flags)));
program
  .command("proxy")
  .option("--port <port>", "of its HTTP API", wholeNumber, 8474)
  .option("--listen <host>", "an address beyond loopback asks for a token: ROADWORTHY_TOKEN, or one that is printed", "127.0.0.1")
  .option("--allow-target <host:port>", "an upstream beyond loopback that roadworthy.allow.yaml lists as well; repeatable", collect)
  .description("the embedded Toxiproxy-compatible proxy by itself")
  .action(verb((flags: ProxyFlags) => runProxy(flags)));

program
  .command("load")
  .requiredOption("--url <url>", "http or https; path, headers and body may hold {{n}}, {{int:1:100}}, {{pick:a:b}}, {{text:20}}")
  .option("--rate <rate>", "per second (100, 6000/min), or max: each connection sends its next request as soon as the last is answered")
  .option("--duration <time>", "30s, 5m (10s when left out); of each step of a search (5s)")
  .option("--connections <number>", "most at once (256; 64 with --rate max)", wholeNumber)
  .option("--method <method>", "GET, or POST with a body")
  .option("--header <line>", '"Name: value"; repeatable', collect)
  .option("--body <text>", "the body, or @file")
  .option("--profile <course>", "constant, poisson, ramp:10-500@30s, steps:100@30s,200@30s, spike:100-1000@10s+5s, search:50-2000", "constant")
  .option("--limit <limit>", '"p95<=200ms", "errors<=1%": exit 1 when broken; what a search looks for; repeatable', collect)
  .option("--timeout <time>", "wait for a free connection, and for an answer (5s)")
  .option("--threads <number>", "processes that send (1)", wholeNumber)
  .option("--insecure", "take any certificate")
  .option("--redirects <number>", "how many redirects are followed (0); the guard decides on each", wholeNumber)
  .option("--allow-target <host:port>", "a host beyond loopback that roadworthy.allow.yaml lists as well; repeatable", collect)
  .option("--seed <number>", "the same seed gives the same arrivals and data", wholeNumber)
  .option("--json", "print the result as JSON instead of the summary")
  .description("load one URL by itself: on a schedule, with response times from when each request was due")
  .action(verb((flags: Omit<LoadFlags, "seed"> & SeedFlag) => load(seeded(flags))));

function seeded<Flags extends SeedFlag>(flags: Flags): Flags & { seed: number } {
  return { ...flags, seed: flags.seed ?? freshSeed() };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("a whole number is expected");
  return Number(text);
}

/** Of an option that may be given more than once. */
function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** The command that repeats a run, without its seed. */
function repeatCommand(name: string, named: readonly string[], flags: RunFlags): string {
  const target = flags.target === undefined ? [] : ["--target", flags.target];
  const proxy = flags.proxy === "embedded" ? [] : ["--proxy", flags.proxy];
  const allowed = (flags.allowTarget ?? []).flatMap((place) => ["--allow-target", place]);
  const stack = [...(flags.stack === undefined ? [] : ["--stack", flags.stack]), ...(flags.env ?? []).flatMap((variable) => ["--env", variable])];
  return ["npx", "roadworthy", name, ...named, ...target, ...stack, ...proxy, ...allowed].join(" ");
}

try {
  await program.parseAsync();
} catch (error) {
  exitCode = explainFailure(error);
}
process.exit(exitCode);

function explainFailure(error: unknown): number {
  // Commander has printed its own message; asking for help or the version is no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage;
  const known = asRoadworthyError(error);
  say(`roadworthy: ${known.message}`);
  if (known.where !== undefined && !known.message.includes(known.where)) say(`  where: ${known.where}`);
  if (known.hint !== undefined) say(`  to do: ${known.hint}`);
  if (known.code === "internal" && known.cause instanceof Error) process.stderr.write(`${known.cause.stack ?? ""}\n`);
  return known.exitCode;
}

/** Messages quote definitions, logs and other programs. */
function say(text: string): void {
  process.stderr.write(`${plainLines(text)}\n`);
}
