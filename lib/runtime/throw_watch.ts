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

/** What the debugger says of a frame. */
interface PausedFrame {
  functionName: string;
  location: { scriptId: string; lineNumber: number };
  scopeChain: { type: string; object: { objectId?: string } }[];
}

/** What the debugger says of a pause. */
interface Pause {
  reason: string;
  data?: { objectId?: string };
  callFrames: PausedFrame[];
}

/** Most scripts whose names are remembered; frames of further ones are left out. */
const scriptsMax = 20_000;

/** How often it is asked whether a debugger has come, in milliseconds. */
export const debuggerCheckMs = 50;

/** Scopes that hold a function's own variables. Those further out may be the whole program's. */
const OWN_SCOPES = ["block", "local", "catch"];

/**
 * Looks at everything that is thrown, caught or not. While this is on, the program runs slower:
 * every `await` costs several times as much.
 *
 * Ends by itself when a debugger comes: both would set the same switches of the engine.
 *
 * @returns The way to stop; nothing where it cannot be done: not under Node, in a worker, which
 * cannot know whether the program is being debugged, or with a debugger attached, which this must
 * not disturb.
 */
export function watchThrows(
  listener: ThrowListener,
  limits: ThrowWatchLimits,
): (() => void) | undefined {
  // Under Deno the inspector hangs: it is never even loaded there.
  if (process.versions["deno"] || process.versions["bun"]) return undefined;
  const threads = process.getBuiltinModule?.("node:worker_threads");
  const inspector = process.getBuiltinModule?.("node:inspector") as Inspector | undefined;
  if (!inspector || !threads?.isMainThread || inspector.url() !== undefined) return undefined;
  const session = new inspector.Session();
  try {
    session.connect();
  } catch {
    return undefined;
  }
  return new ThrowWatch(session, inspector, listener, limits).stop;
}

class ThrowWatch {
  readonly #session: InspectorSession;
  readonly #inspector: Inspector;
  readonly #listener: ThrowListener;
  readonly #limits: ThrowWatchLimits;
  readonly #held: HandOver;
  /** The scripts' addresses by their ids. */
  readonly #scripts = new Map<string, string>();
  readonly #debuggerCheck: ReturnType<typeof setInterval>;
  #second: ReturnType<typeof setTimeout> | undefined;
  #seen = 0;
  #stopped = false;

  constructor(
    session: InspectorSession,
    inspector: Inspector,
    listener: ThrowListener,
    limits: ThrowWatchLimits,
  ) {
    this.#session = session;
    this.#inspector = inspector;
    this.#listener = listener;
    this.#limits = limits;
    this.#held = new HandOver(session);
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
      if (this.#scripts.size < scriptsMax) this.#scripts.set(scriptId, url);
    });
    session.on("Debugger.paused", ({ params }) => this.#paused(params as unknown as Pause));
    session.post("Debugger.enable");
    session.post("Debugger.setBlackboxPatterns", { patterns: ["^node:"] });
    this.#pauseOn("all");
    this.#debuggerCheck = setInterval(() => this.#yields(), debuggerCheckMs);
    this.#debuggerCheck.unref();
  }

  readonly stop = (): void => {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#second);
    clearInterval(this.#debuggerCheck);
    // The state of pausing is left to whoever else debugs: it is one for the whole program.
    this.#session.post("Debugger.disable");
    this.#session.disconnect();
    this.#held.close();
  };

  /** Stops where a debugger has come. */
  #yields(): boolean {
    if (this.#inspector.url() === undefined) return false;
    this.stop();
    return true;
  }

  #pauseOn(state: "all" | "none"): void {
    this.#session.post("Debugger.setPauseOnExceptions", { state });
  }

  #paused({ reason, data, callFrames }: Pause): void {
    if (reason !== "exception" && reason !== "promiseRejection") return;
    if (this.#stopped || this.#yields()) return;
    this.#count();
    if (data?.objectId === undefined) return;
    const frames = callFrames.filter(({ location }) => this.#isProgram(location.scriptId))
      .slice(0, this.#limits.framesMax);
    if (frames.length === 0) return;
    const scopes = frames.map(({ scopeChain }) => ownScopes(scopeChain));
    const [error, ...held] = this.#held.take(data.objectId, scopes.flat());
    if (typeof error !== "object" || error === null) return;
    this.#listener(
      error,
      frames.map(({ location, functionName }, index): ThrownFrame => ({
        file: pathOfUrl(this.#scripts.get(location.scriptId)!),
        line: location.lineNumber + 1,
        function: functionName,
        locals: localsOf(held.splice(0, scopes[index]!.length) as object[]),
      })),
    );
  }

  #isProgram(scriptId: string): boolean {
    const url = this.#scripts.get(scriptId) ?? "";
    return url !== "" && !url.startsWith("node:");
  }

  /** Counts a throw; looks away for the rest of the second after too many. */
  #count(): void {
    this.#seen += 1;
    if (this.#second === undefined) {
      this.#second = setTimeout(() => {
        this.#second = undefined;
        if (this.#seen >= this.#limits.perSecondMax && !this.#yields()) this.#pauseOn("all");
        this.#seen = 0;
      }, 1000);
      this.#second.unref();
    }
    if (this.#seen >= this.#limits.perSecondMax) this.#pauseOn("none");
  }
}

/** The scopes that are looked at, innermost first. */
function ownScopes(chain: PausedFrame["scopeChain"]): string[] {
  const ids: string[] = [];
  for (const { type, object } of chain) {
    // A `with` scope is an object of the program: its getters would run.
    if (type === "with") continue;
    if (!OWN_SCOPES.includes(type)) break;
    if (object.objectId !== undefined) ids.push(object.objectId);
  }
  return ids;
}

function localsOf(scopes: readonly object[]): Record<string, unknown> {
  const locals: Record<string, unknown> = {};
  for (const scope of scopes) {
    // An inner scope's variable hides an outer one of the same name.
    for (const [name, value] of Object.entries(scope)) {
      if (!Object.hasOwn(locals, name)) locals[name] = value;
    }
  }
  return locals;
}

/**
 * Where the debugger hands over what it holds: it calls a function of ours on its objects, while
 * all stands still, and that puts them here.
 */
class HandOver {
  readonly #session: InspectorSession;
  readonly #key: string;
  readonly #functionDeclaration: string;
  #taken: readonly unknown[] = [];

  constructor(session: InspectorSession) {
    this.#session = session;
    let number = 1;
    while (hookOf(number) in globalThis) number += 1;
    this.#key = hookOf(number);
    this.#functionDeclaration = `function (...all) { globalThis["${this.#key}"](this, all); }`;
    // Put there once: doing so at each throw makes every global name slow.
    Object.defineProperty(globalThis, this.#key, {
      value: (first: unknown, others: readonly unknown[]) =>
        void (this.#taken = [first, ...others]),
      configurable: true,
    });
  }

  /** The values behind the debugger's ids; none where one is of another realm. */
  take(first: string, others: readonly string[]): readonly unknown[] {
    this.#session.post("Runtime.callFunctionOn", {
      objectId: first,
      functionDeclaration: this.#functionDeclaration,
      arguments: others.map((objectId) => ({ objectId })),
      silent: true,
    });
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  close(): void {
    delete (globalThis as Record<string, unknown>)[this.#key];
  }
}

function hookOf(number: number): string {
  return `__planloop_thrown_${number}`;
}
