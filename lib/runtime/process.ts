/**
 * This process and its neighbours.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { arch, homedir, hostname, release } from "node:os";
import process from "node:process";
import { errorCode } from "./files.ts";

/** Memory in use, in bytes. */
export interface MemoryUsage {
  /** All of the process's memory that is not swapped out. */
  rssBytes: number;
  /** Memory that the program's objects use. */
  heapUsedBytes: number;
  /** Memory that is set aside for them. */
  heapTotalBytes: number;
}

/** How an error came to the top of the process. */
export type UncaughtOrigin = "uncaughtException" | "unhandledRejection";

/** This process, and what it may know of others. */
export interface ProcessInfo {
  /** This process's id. */
  pid: number;
  /** The system, as Node names it, such as `linux`. */
  platform: string;
  /** The processor, as Node names it, such as `x64`. */
  arch: string;
  /** The system's version; `unknown` where it may not be asked for. */
  osRelease: string;
  /** The machine's name; one that no other machine has where it may not be asked for. */
  hostname: string;
  /** What runs this program. */
  runtime: { name: "node" | "deno" | "bun"; version: string };
  /**
   * The environment at this moment. Where it may not be read as a whole, what may be read of
   * {@linkcode ownVariables}.
   */
  env(): Record<string, string | undefined>;
  /** The command line. */
  argv(): string[];
  /** The working directory, absolute; the root where it was removed or may not be asked for. */
  cwd(): string;
  /** The user's home directory; the working directory where it may not be asked for. */
  homeDirectory(): string;
  /**
   * Whether a process runs on this host. A zombie does not. Where the system does not say, for want
   * of permission, `true`: nothing may be taken from somebody who may be there.
   */
  isAlive(pid: number): boolean;
  /**
   * When a process started, as the system tells it: comparable for equality only, and only on one
   * host. `undefined` where the process is gone or the system does not say.
   */
  startTime(pid: number): string | undefined;
  /** How much memory this process uses. */
  memory(): MemoryUsage;
  /** Calls back when the process ends by itself; only synchronous work. Returns the way to stop. */
  onExit(listener: () => void): () => void;
  /**
   * Calls back with an error that nobody caught, before the process dies of it. `origin` tells one
   * that was thrown from one that a promise was rejected with.
   */
  onUncaught(listener: (error: unknown, origin: UncaughtOrigin) => void): () => void;
  /**
   * Calls back when the process is asked to end ({@linkcode terminationSignals}); then it ends as if
   * nobody had listened, unless the program itself listens too. Only synchronous work. Returns the way to stop.
   */
  onTerminate(listener: () => void): () => void;
  /** Writes a line to standard error; never throws. */
  warn(line: string): void;
}

/**
 * How a process is asked to end. Not SIGHUP: a program may have been started so that it outlives its
 * terminal, which listening would undo.
 */
export const terminationSignals = ["SIGTERM", "SIGINT"] as const;

/** Longest time that `ps` may take to tell a process's start, in milliseconds. */
const psTimeoutMs = 2000;

/** Largest number that a system takes for a process. */
const pidMax = 2 ** 31 - 1;

/** The variables that planloop itself asks for. */
export const ownVariables: readonly string[] = [
  "PLANLOOP_HOME",
  "PLANLOOP_NO_RECORDING",
  "PLANLOOP_RECORD_LLM",
  "PLANLOOP_AGENT_NAME",
  "PLANLOOP_SESSION",
  "PLANLOOP_TRACE_ID",
  "PLANLOOP_SPAN_ID",
  "TRACEPARENT",
];

/** The process that this runs in. */
export function systemProcess(): ProcessInfo {
  let ownStart: string | undefined;
  return {
    pid: process.pid,
    platform: process.platform,
    arch: arch(),
    osRelease: allowed(release, () => "unknown"),
    hostname: allowed(hostname, () => `unknown-${randomUUID().slice(0, 8)}`),
    runtime: runtimeOf(process.versions),
    env: () => allowed(() => ({ ...process.env }), readOwnVariables),
    argv: () => [...process.argv],
    cwd,
    homeDirectory: () => allowed(homedir, () => variable("HOME") || cwd()),
    isAlive,
    // Each trace and model call tells it, and this process began only once.
    startTime: (pid) => pid === process.pid ? ownStart ??= startTime(pid) : startTime(pid),
    memory() {
      const usage = process.memoryUsage();
      return {
        rssBytes: usage.rss,
        heapUsedBytes: usage.heapUsed,
        heapTotalBytes: usage.heapTotal,
      };
    },
    onExit: (listener) => subscribe("exit", listener),
    onUncaught: (listener) =>
      subscribe("uncaughtExceptionMonitor", (error, origin) => {
        if (origin === "unhandledRejection") listener(reasonOf(error), origin);
        else listener(error, "uncaughtException");
      }),
    onTerminate,
    warn(line) {
      try {
        writeSync(2, `${line}\n`);
      } catch {
        // Standard error may be closed or full; there is nowhere left to say so.
      }
    },
  };
}

/** What the machine says, else something in its place: Deno asks for a permission for each. */
function allowed<T>(ask: () => T, otherwise: () => T): T {
  try {
    return ask();
  } catch {
    return otherwise();
  }
}

function cwd(): string {
  return allowed(() => process.cwd(), () => "/");
}

function variable(name: string): string | undefined {
  return allowed(() => process.env[name], () => undefined);
}

function readOwnVariables(): Record<string, string | undefined> {
  return Object.fromEntries(ownVariables.map((name) => [name, variable(name)]));
}

function runtimeOf(versions: Record<string, string | undefined>): ProcessInfo["runtime"] {
  for (const name of ["deno", "bun"] as const) {
    const version = versions[name];
    if (version) return { name, version };
  }
  return { name: "node", version: versions["node"] ?? "unknown" };
}

/** A rejection with something that is no error comes wrapped in one; Deno says what is inside. */
function reasonOf(error: unknown): unknown {
  try {
    const wrapper = error as { code?: unknown; reason?: unknown };
    const isWrapped = wrapper.code === "ERR_UNHANDLED_REJECTION" && "reason" in wrapper;
    return isWrapped ? wrapper.reason : error;
  } catch {
    return error;
  }
}

function subscribe(event: string, listener: (...values: unknown[]) => void): () => void {
  process.on(event, listener);
  return () => void process.off(event, listener);
}

function onTerminate(listener: () => void): () => void {
  const stops = terminationSignals.map((signal) => {
    const onSignal = () => {
      listener();
      stop();
      // Listening has kept the system from ending the process: ask it again.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    const stop = () => void process.off(signal, onSignal);
    try {
      process.on(signal, onSignal);
    } catch {
      // A system without signals, or a runtime that may not listen.
    }
    return stop;
  });
  return () => stops.forEach((stop) => stop());
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid > pidMax) return false;
  const fields = statFields(pid);
  if (fields) return fields[0] !== "Z" && fields[0] !== "X";
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
}

function startTime(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const fields = statFields(pid);
  if (fields) return fields[19];
  if (process.platform === "win32" || process.platform === "linux") return undefined;
  try {
    const options = { encoding: "utf8", timeout: psTimeoutMs, env: { LC_ALL: "C", TZ: "UTC" } };
    return execFileSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], {
      ...options,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The fields of `/proc/<pid>/stat` after the command's name, so that `[0]` is the state. */
function statFields(pid: number): string[] | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
