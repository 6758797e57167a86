/**
 * Opening a session.
 *
 * @module
 */

import {
  homeLayout,
  isSessionId,
  makeSessionId,
  sessionLayout,
  type SessionState,
} from "../format/mod.ts";
import {
  cleanText,
  createRecorder,
  flushRecorder,
  inspectThrows,
  logBytesMaxFloor,
  logFilesMaxDefault,
  readSwitches,
  type Recorder,
  recoverCalls,
  recoverTraces,
  type Rotation,
  writeLog,
} from "../record/mod.ts";
import { absolutePath, joinPath } from "../runtime/mod.ts";
import { rememberSession, sharedRuntime } from "./current.ts";
import {
  newDeadlockText,
  registerSession,
  resolveHome,
  sessionPath,
  writeCurrentSession,
} from "./home.ts";
import { checkOptions } from "./checked_options.ts";
import { readHandOver } from "./handover.ts";
import { removeLeftovers } from "./leftovers.ts";
import { LiveSession } from "./live_session.ts";
import { renderPlan } from "./plan_text.ts";
import type { OpenSessionOptions, Session } from "./session.ts";
import { sessionRedactor } from "./session_redactor.ts";
import { newState, parseState, stateText } from "./state_file.ts";

/**
 * Opens a session: creates its folder, or goes on in the one that exists, and makes it the current
 * one. Traces that a killed process left behind are completed.
 *
 * Never throws. Where the folder cannot be made or the id is no id, that is said once on standard
 * error, `recording` is false, and everything else works without writing anything. An option of the
 * wrong kind is left out, and said as well.
 *
 * @example
 * ```ts
 * import { openSession } from "planloop";
 *
 * using session = openSession({ name: "nightly", purpose: "Fix the flaky checkout" });
 * session.info("started");
 * ```
 */
export function openSession(given: OpenSessionOptions = { name: "" }): Session {
  const { options, complaints, refused: isGuess } = checkOptions(given);
  const runtime = options.runtime ?? sharedRuntime();
  const { resume } = options;
  const received = resume ? readHandOver(resume === true ? runtime.process.env() : resume) : {};
  const home = resolveHome(runtime, options.home ?? received.home);
  const switches = readSwitches(runtime, home, {
    recording: options.recording ?? received.recording,
    recordLlm: options.recordLlm ?? received.recordLlm,
  });
  let recorder: Recorder | undefined;
  const { redactor, refusal } = sessionRedactor(options.redact, runtime, (error) => {
    if (recorder?.recording) recorder.failures.note("The session's redactor failed", error);
  });
  const make = (id: string, recording: boolean) =>
    createRecorder({
      runtime,
      sessionId: id,
      path: sessionPath(home, id),
      recording,
      recordsLlm: switches.recordsLlm,
      redact: redactor,
      batch: options.batch,
      rotation: rotationOf(options),
      price: options.price,
      inherited: received.trace,
    });
  const { name } = options;
  const wanted = options.id ?? received.id;
  const fresh = () => makeSessionId(name, runtime.clock.now(), runtime.random.hex(4));
  // Redacted before it becomes a folder's name.
  const probe = make("session", false);
  const id = wanted === undefined
    ? makeSessionId(probe.redactor.text(name), runtime.clock.now(), runtime.random.hex(4))
    : isSessionId(wanted)
    ? wanted
    : fresh();
  const refused = wanted !== undefined && id !== wanted;
  recorder = make(id, switches.recording && !refused && !isGuess);
  if (complaints.length > 0 && switches.recording) {
    recorder.failures.note(
      `Cannot use these options of openSession: ${complaints.join("; ")}${
        isGuess ? "; nothing is recorded" : ""
      }`,
    );
  }
  if (refusal && switches.recording) {
    recorder.failures.note(
      "Cannot use the session's redact options, only the built-in rules",
      refusal,
    );
  }
  if (refused && switches.recording) {
    recorder.failures.note(
      `Cannot open the session ${JSON.stringify(wanted)}: its id must not become a folder name`,
    );
  }
  const first = firstState(recorder, options, name);
  if (recorder.recording && !prepare(recorder, home, first)) recorder = make(id, false);
  tellRemoval(recorder, options);
  const stopListening = listenFor(recorder, options);
  const session = new LiveSession({ recorder, home, first, agent: options.agent, stopListening });
  rememberSession(session, recorder);
  return session;
}

/** Begins what one session's options ask for beside recording. Returns the way to end it. */
function listenFor(recorder: Recorder, options: OpenSessionOptions): () => void {
  const { process } = recorder.runtime;
  const stops = [
    options.locals === "inspector" ? inspectThrows(recorder) : undefined,
    options.batch && recorder.recording
      ? process.onTerminate(() => flushRecorder(recorder))
      : undefined,
  ];
  return () => stops.forEach((stop) => stop?.());
}

/** Says in the log, once, that its oldest files are gone. */
function tellRemoval(recorder: Recorder, { logFilesMax = logFilesMaxDefault }: OpenSessionOptions) {
  recorder.log.onRemoved = (names) => {
    recorder.log.onRemoved = undefined;
    writeLog(recorder, {
      level: "WARNING",
      operation: "recorder",
      message: `The oldest log files are removed from now on: ${logFilesMax} full ones are kept`,
      context: { removed: names, log_files_max: logFilesMax },
    });
  };
}

/** Numbers that make no sense are put right rather than refused: opening never throws. */
function rotationOf(
  { logBytesMax, logFilesMax = logFilesMaxDefault }: OpenSessionOptions,
): Rotation | undefined {
  if (logBytesMax === undefined || !(logBytesMax > 0)) return undefined;
  return {
    bytesMax: Math.max(logBytesMaxFloor, logBytesMax),
    filesMax: logFilesMax >= 1 ? Math.floor(logFilesMax) : 1,
  };
}

/** Longest name, title and tag of a session, in UTF-16 units. */
export const titleLengthMax = 1000;

/** Longest purpose and project folder of a session, in UTF-16 units. */
export const purposeLengthMax: number = 16 * 1024;

/** Most tags of a session. */
export const tagsMax = 100;

function firstState(recorder: Recorder, options: OpenSessionOptions, name: string) {
  const { runtime } = recorder;
  const cwd = runtime.process.cwd();
  const short = (text: string) => cleanText(recorder, text, titleLengthMax);
  const long = (text: string) => cleanText(recorder, text, purposeLengthMax);
  const { title = name, purpose = "", projectRoot = ".", tags = [] } = options;
  const left = tags.length - tagsMax;
  return newState({
    id: recorder.sessionId,
    name: short(name),
    title: short(title),
    purpose: long(purpose),
    projectRoot: long(absolutePath(cwd, projectRoot)),
    tags: [...tags.slice(0, tagsMax).map(short), ...(left > 0 ? [`…(${left} more)`] : [])],
  }, runtime);
}

/** Makes the session's folder and its files, as far as they are missing. */
function prepare(
  recorder: Recorder,
  home: string,
  first: ReturnType<typeof newState>,
): boolean {
  const { runtime, path, sessionId } = recorder;
  try {
    runtime.files.createDirectory(joinPath(path, sessionLayout.logs));
    const statePath = joinPath(path, sessionLayout.state);
    removeLeftovers(recorder, home);
    if (runtime.files.writeFileExclusive(statePath, stateText(first))) {
      completeFiles(recorder, first);
      registerSession(runtime, home, first);
    } else goOnWith(recorder, home, statePath);
    writeCurrentSession(runtime, home, sessionId);
  } catch (error) {
    recorder.failures.note(`Cannot open the session in ${path}: nothing is recorded`, error);
    return false;
  }
  recoverTraces(recorder);
  recoverCalls(recorder);
  return true;
}

/** Makes what a process that was killed while it opened the session left undone. */
function goOnWith(recorder: Recorder, home: string, statePath: string): void {
  const { runtime, path, sessionId } = recorder;
  const { files } = runtime;
  const index = joinPath(home, homeLayout.index);
  const isKnown = files.exists(index) && files.readText(index).includes(JSON.stringify(sessionId));
  const isWhole = files.exists(joinPath(path, sessionLayout.plan)) &&
    files.exists(joinPath(path, sessionLayout.deadlock));
  if (isKnown && isWhole) return;
  let state;
  try {
    state = parseState(files.readText(statePath), statePath);
  } catch {
    // A damaged state has nothing to register; `state()` tells the caller when it is asked for.
    return;
  }
  completeFiles(recorder, state);
  if (!isKnown) registerSession(runtime, home, state);
}

/** Makes the files beside the state, as far as they are missing. */
function completeFiles({ runtime: { files }, path }: Recorder, state: SessionState): void {
  files.writeFileExclusive(joinPath(path, sessionLayout.plan), renderPlan(state));
  files.writeFileExclusive(joinPath(path, sessionLayout.deadlock), newDeadlockText);
}
