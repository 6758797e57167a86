/**
 * Which session is the current one, and what happens to open sessions when the process ends.
 *
 * @module
 */

import { captureError, currentScope, flushRecorder, type Recorder } from "../record/mod.ts";
import {
  type ProcessInfo,
  type Runtime,
  systemRuntime,
  type UncaughtOrigin,
} from "../runtime/mod.ts";
import type { Session } from "./session.ts";

interface OpenSessions {
  /** In the order in which they were opened. */
  readonly list: Set<Session>;
  readonly byRecorder: WeakMap<Recorder, Session>;
  readonly recorders: WeakMap<Session, Recorder>;
  /** How to stop listening to each process that has open sessions. */
  readonly listeners: Map<ProcessInfo, () => void>;
  /** Sessions that asked for the errors that nobody catches; the last one gets them. */
  readonly uncaught: Set<Session>;
  runtime: Runtime | undefined;
}

let shared: OpenSessions | undefined;

function sessions(): OpenSessions {
  return shared ??= {
    list: new Set(),
    byRecorder: new WeakMap(),
    recorders: new WeakMap(),
    listeners: new Map(),
    uncaught: new Set(),
    runtime: undefined,
  };
}

/** The machine that sessions share, so that all of them together listen to the process once. */
export function sharedRuntime(): Runtime {
  const all = sessions();
  return all.runtime ??= systemRuntime();
}

/**
 * The session of the present flow, else the one that was opened last and is still open; nothing
 * where none is.
 *
 * @example Record from a place that knows no session
 * ```ts
 * import { currentSession } from "planloop";
 *
 * currentSession()?.info("Looking for the failing step");
 * ```
 */
export function currentSession(): Session | undefined {
  const { recorder } = currentScope();
  const own = recorder && sessions().byRecorder.get(recorder);
  return own ?? [...sessions().list].at(-1);
}

/** The recorder behind a session. */
export function recorderOf(session: Session): Recorder | undefined {
  return sessions().recorders.get(session);
}

/** Makes a session known as open. */
export function rememberSession(session: Session, recorder: Recorder): void {
  const all = sessions();
  all.list.add(session);
  all.byRecorder.set(recorder, session);
  all.recorders.set(session, recorder);
  const { process } = recorder.runtime;
  if (!recorder.recording || all.listeners.has(process)) return;
  const stopExit = process.onExit(() => closeAll(process));
  const stopUncaught = process.onUncaught((error, origin) => {
    reportUncaught(process, error, origin);
    flushAll(process);
  });
  all.listeners.set(process, () => {
    stopExit();
    stopUncaught();
  });
}

/** A closed session is current no more, except inside its own traces. */
export function forgetSession(session: Session): void {
  const all = sessions();
  all.list.delete(session);
  all.uncaught.delete(session);
  const process = recorderOf(session)?.runtime.process;
  if (!process || [...all.list].some((other) => recorderOf(other)?.runtime.process === process)) {
    return;
  }
  all.listeners.get(process)?.();
  all.listeners.delete(process);
}

function closeAll(process: ProcessInfo): void {
  for (const session of [...sessions().list]) {
    if (recorderOf(session)?.runtime.process === process) session.close();
  }
}

/**
 * Sends errors that nobody catches to a session, rather than to the one that is open last. An error
 * inside another session's flow still goes to that one.
 *
 * @returns The way to stop.
 */
export function captureUncaught(session: Session): () => void {
  const { uncaught } = sessions();
  uncaught.delete(session);
  uncaught.add(session);
  return () => void uncaught.delete(session);
}

/** Reports an error that nobody caught to the session that it concerns most. */
function reportUncaught(process: ProcessInfo, error: unknown, origin: UncaughtOrigin): void {
  const all = sessions();
  const { recorder } = currentScope();
  const session = (recorder && all.byRecorder.get(recorder)) ?? [...all.uncaught].at(-1) ??
    currentSession();
  if (!session || recorderOf(session)?.runtime.process !== process) return;
  captureError(recorderOf(session)!, error, { function: "<uncaught>" }, { isOutermost: true });
  session.critical(
    origin === "unhandledRejection"
      ? "A promise was rejected and nobody handled it"
      : "An error reached the top of the process: nobody caught it",
    { origin },
  );
}

/** Writes what waits: not every runtime gives an ending process another chance. */
function flushAll(process: ProcessInfo): void {
  for (const session of sessions().list) {
    const recorder = recorderOf(session);
    if (recorder?.runtime.process !== process) continue;
    for (const trace of [...recorder.traces.values()].flat()) trace.journal?.flush();
    flushRecorder(recorder);
  }
}
