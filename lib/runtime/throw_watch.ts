/**
 * The variables of the code that throws, by the inspector of Node: in the same thread, without a
 * port, and only while somebody asked for it.
 *
 * @module
 */

import type { Session as InspectorSession } from "node:inspector";
import process from "node:process";
import { pathOfUrl } from "./path.ts";

/** A frame of the code that threw. */
export interface ThrownFrame {
  /** The source file's path, as it runs. */
  file: string;
  /** From 1. */
  line: number;
  /** Empty for nameless functions. */
  function: string;
  /** Its variables by name; the values themselves, not copies. */
  locals: Record<string, unknown>;
}

/** How much is looked at. */
export interface ThrowWatchLimits {
  /** Most frames of one throw, from the innermost. */
  framesMax: number;
  /** Most throws in a second; further ones pass unseen, at no cost, until the second is over. */
  perSecondMax: number;
}

/** Told of an object that was thrown, with its frames, innermost first. Must not throw. */
export type ThrowListener = (error: object, frames: ThrownFrame[]) => void;

/** What of `node:inspector` is needed. */
interface Inspector {
  url(): string | undefined;
  Session: new () => InspectorSession;
}

/** What the debugger says of a pause. */
interface Pause {
  reason: string;
  data?: { objectId?: string };
  callFrames: {
    functionName: string;
    location: { scriptId: string; lineNumber: number };
    scopeChain: { type: string; object: { objectId?: string } }[];
  }[];
}

/** Most scripts whose names are remembered; frames of further ones are left out. */
const scriptsMax = 20_000;

/** Scopes that hold a function's own variables. Those further out may be the whole program's. */
const OWN_SCOPES = ["block", "local", "catch", "with"];

/**
 * Looks at everything that is thrown, caught or not. While this is on, the program runs slower:
 * every `await` costs several times as much.
 *
 * @returns The way to stop; nothing where it cannot be done: not under Node, or with a debugger
 * attached, which this must not disturb.
 */
export function watchThrows(
  listener: ThrowListener,
  limits: ThrowWatchLimits,
): (() => void) | undefined {
  // Under Deno the inspector hangs: it is never even loaded there.
  if (process.versions["deno"] || process.versions["bun"]) return undefined;
  const inspector = process.getBuiltinModule?.("node:inspector") as Inspector | undefined;
  if (!inspector || inspector.url() !== undefined) return undefined;
  const session = new inspector.Session();
  try {
    session.connect();
  } catch {
    return undefined;
  }
  return watchSession(session, inspector, listener, limits);
}

function watchSession(
  session: InspectorSession,
  inspector: Inspector,
  listener: ThrowListener,
  limits: ThrowWatchLimits,
): () => void {
  const scripts = new Map<string, string>();
  let seen = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const pauseOn = (state: "all" | "none") =>
    session.post("Debugger.setPauseOnExceptions", { state });
  const stop = () => {
    if (stopped) return;
    stopped = true;
    clearTimeout(timer);
    session.post("Debugger.disable");
    session.disconnect();
  };
  const nextSecond = () => {
    timer = undefined;
    if (seen >= limits.perSecondMax) pauseOn("all");
    seen = 0;
  };
  session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
    if (scripts.size < scriptsMax) scripts.set(scriptId, url);
  });
  session.on("Debugger.paused", ({ params }) => {
    const pause = params as unknown as Pause;
    if (pause.reason !== "exception" && pause.reason !== "promiseRejection") return;
    if (inspector.url() !== undefined) return stop();
    seen += 1;
    if (!timer) {
      timer = setTimeout(nextSecond, 1000);
      timer.unref();
    }
    if (seen >= limits.perSecondMax) pauseOn("none");
    const error = valueOf(session, pause.data?.objectId, "this");
    if (typeof error !== "object" || error === null) return;
    const frames = pause.callFrames
      .map((frame) => ({ ...frame, url: scripts.get(frame.location.scriptId) ?? "" }))
      .filter(({ url }) => url !== "" && !url.startsWith("node:"))
      .slice(0, limits.framesMax);
    if (frames.length === 0) return;
    listener(
      error,
      frames.map((frame) => ({
        file: pathOfUrl(frame.url),
        line: frame.location.lineNumber + 1,
        function: frame.functionName,
        locals: localsOf(session, frame.scopeChain),
      })),
    );
  });
  session.post("Debugger.enable");
  session.post("Debugger.setBlackboxPatterns", { patterns: ["^node:"] });
  pauseOn("all");
  return stop;
}

function localsOf(
  session: InspectorSession,
  scopes: Pause["callFrames"][number]["scopeChain"],
): Record<string, unknown> {
  const locals: Record<string, unknown> = {};
  for (const { type, object } of scopes) {
    if (!OWN_SCOPES.includes(type)) break;
    const values = valueOf(session, object.objectId, "{...this}");
    // An inner scope's variable hides an outer one of the same name.
    for (const [name, value] of Object.entries(values ?? {})) {
      if (!Object.hasOwn(locals, name)) locals[name] = value;
    }
  }
  return locals;
}

/** The value behind an inspector's object: our own function is called on it, while all stands still. */
function valueOf(session: InspectorSession, objectId: string | undefined, what: string): unknown {
  if (objectId === undefined) return undefined;
  const place = globalThis as unknown as Record<symbol, unknown>;
  const key = Symbol.for("planloop.thrown");
  let value: unknown;
  place[key] = (given: unknown) => void (value = given);
  try {
    session.post("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function () { globalThis[Symbol.for("planloop.thrown")](${what}); }`,
      silent: true,
    });
  } finally {
    delete place[key];
  }
  return value;
}
