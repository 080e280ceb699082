/**
 * The supervisor as a process: `node main.ts <json of SupervisorStart>`, in a session of its own, with a message channel to the harness.
 * It ends by itself when everything is cleaned up: after `close`, when the harness is gone, or on SIGTERM, SIGINT and SIGHUP.
 */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { RoadworthyError, asRoadworthyError, messageOf } from "../../base/error.ts";
import { after, nowUs } from "../../base/time.ts";
import { nextDeadlineUs, reduce } from "./core/reducer.ts";
import { firstState, type SupervisorEvent } from "./core/state.ts";
import { createPerformer } from "./effects.ts";
import { messageSchema, startSchema, type SupervisorMessage, type SupervisorStart } from "./handshake.ts";
import { openJournal, type Journal } from "./journal.ts";
import { bootIdentity, identityOf } from "./system/processes.ts";
import { startWarden, type Warden } from "./system/start-warden.ts";

const start = startSchema.parse(JSON.parse(process.argv[2] ?? "null"));
try {
  const journal = begin(start);
  serve(start, journal, startWarden(start));
} catch (error) {
  const { code, message, hint, exitCode } = asRoadworthyError(error);
  send({ say: "failed", failure: { code, message, hint: hint ?? "" } });
  process.exitCode = exitCode;
  if (process.connected) process.disconnect?.();
}

/** The journal first, then the scratch folder that it names. */
function begin({ run, stateFolder, scratchFolder, harness }: SupervisorStart): Journal {
  const supervisor = identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };
  try {
    const journal = openJournal(stateFolder, { entry: "run", run, boot: bootIdentity(), supervisor, harness, scratchFolder });
    // Others may walk through it but not look: a server that runs as another user has its data in there.
    mkdirSync(scratchFolder, { mode: 0o711 });
    send({ say: "ready", supervisor });
    return journal;
  } catch (error) {
    const hint = `make ${stateFolder} and ${dirname(scratchFolder)} writable, or set XDG_STATE_HOME and TMPDIR to folders that are`;
    throw new RoadworthyError("cannot-write", `cannot keep the journal of the run: ${messageOf(error)}`, { where: stateFolder, hint, cause: error });
  }
}

function serve({ run, scratchFolder, longestFaultMs }: SupervisorStart, journal: Journal, warden: Warden): void {
  let state = firstState(nowUs(), longestFaultMs);
  let timer: Disposable | null = null;
  const queue: SupervisorEvent[] = [];
  let draining = false;
  // Effects lead to events while they are carried out: these wait until the effects before them are done.
  const dispatch = (event: SupervisorEvent): void => {
    queue.push(event);
    if (draining) return;
    draining = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const turn = reduce(state, next);
      ({ state } = turn);
      perform(turn.effects);
    }
    draining = false;
    timer?.[Symbol.dispose]();
    const deadlineUs = nextDeadlineUs(state);
    timer = deadlineUs === null ? null : after((deadlineUs - nowUs()) / 1000, () => dispatch({ event: "tick", atUs: nowUs() }));
  };
  const perform = createPerformer({
    run,
    scratchFolder,
    journal,
    dispatch,
    reply: (id, value) => send({ say: "reply", id, value }),
    refuse: (id, failure) => send({ say: "refusal", id, failure }),
    // A harness that does not beat does not read either: what children print must not pile up here.
    notice: (notice) => (notice.notice === "output" && state.undoAll ? undefined : send({ say: "notice", notice })),
    finish: ({ complete }) => {
      if (complete) journal.remove();
      void warden.dismiss().then(() => process.connected && process.disconnect?.());
    },
  });
  takeRequests(dispatch);
}

function takeRequests(dispatch: (event: SupervisorEvent) => void): void {
  const lost = (): void => dispatch({ event: "lost", atUs: nowUs() });
  process.on("message", (message) => {
    const parsed = messageSchema.safeParse(message);
    if (parsed.success) dispatch({ event: "asked", id: parsed.data.id, request: parsed.data.request, atUs: nowUs() });
    else refuseMalformed(message, parsed.error.message);
  });
  process.once("disconnect", lost);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, lost);
  process.once("uncaughtException", (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    lost();
  });
  // The channel may have closed before anybody listened for it.
  if (!process.connected) lost();
}

function refuseMalformed(message: unknown, why: string): void {
  const id = typeof message === "object" && message !== null && "id" in message ? Number(message.id) : 0;
  send({ say: "refusal", id, failure: { code: "internal", message: `not a request: ${why}`, hint: "this is a defect of Roadworthy" } });
}

/** Whoever does not listen any more does not need to know. */
function send(message: SupervisorMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
