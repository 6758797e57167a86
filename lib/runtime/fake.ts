/**
 * A machine for tests: its clock stands still, its chance repeats, its files are in memory and can
 * be made to fail.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { deflateRaw, sha256, startDigest } from "./compress.ts";
import { type FakeFiles, fakeFiles } from "./fake_files.ts";
import type { ProcessInfo, UncaughtOrigin } from "./process.ts";
import type { Random } from "./random.ts";
import type { Runtime } from "./runtime.ts";

/** How a fake machine starts. */
export interface FakeRuntimeOptions {
  /** The first moment. Default 2025-11-18T08:14:17.585Z. */
  now?: number;
  /** Default 1. */
  seed?: number;
  env?: Record<string, string | undefined>;
  /** Default 4242. */
  pid?: number;
  /** Processes that run besides this one, by pid, with their start. */
  neighbours?: Record<number, string>;
  /** Files to share with another fake machine, as two processes on one disk do. */
  files?: FakeFiles;
}

/** A machine for tests. */
export interface FakeRuntime extends Runtime {
  readonly files: FakeFiles;
  readonly process: ProcessInfo & {
    /** What was written to standard error. */
    readonly warnings: string[];
    /** Runs what {@linkcode ProcessInfo.onExit} registered. */
    exit(): void;
    /** Runs what {@linkcode ProcessInfo.onTerminate} registered. */
    terminate(): void;
    /** Runs what {@linkcode ProcessInfo.onUncaught} registered. */
    uncaught(error: unknown, origin?: UncaughtOrigin): void;
  };
  /** Ends the present turn of the event loop: runs what {@linkcode Runtime.defer} took. */
  endTurn(): void;
  /** Moves both clocks on, by milliseconds, and runs the timers that are due by then. */
  advance(ms: number): void;
}

/** Makes a machine for tests. */
export function fakeRuntime(options: FakeRuntimeOptions = {}): FakeRuntime {
  const start = options.now ?? Date.UTC(2025, 10, 18, 8, 14, 17, 585);
  let elapsed = 0;
  const timers = new Set<{ due: number; listener: () => void }>();
  const clock: Clock = {
    now: () => start + elapsed,
    nowWhole: () => Math.floor(start + elapsed),
    monotonic: () => elapsed,
    after(ms, listener) {
      const timer = { due: elapsed + ms, listener };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
  };
  const deferred: (() => void)[] = [];
  return {
    files: options.files ?? fakeFiles(clock),
    clock,
    random: fakeRandom(options.seed ?? 1),
    process: fakeProcess(options),
    defer: (fn) => void deferred.push(fn),
    endTurn() {
      for (const fn of deferred.splice(0)) fn();
    },
    deflateRaw,
    sha256,
    startDigest,
    advance(ms) {
      const end = elapsed + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.due <= end)
          .sort((a, b) => a.due - b.due)[0];
        if (!due) break;
        timers.delete(due);
        elapsed = Math.max(elapsed, due.due);
        due.listener();
      }
      elapsed = end;
    },
  };
}

/** A repeating source of values (a 32-bit linear congruential generator). */
function fakeRandom(seed: number): Random {
  let state = seed >>> 0;
  const byte = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const bytes = (count: number) => Uint8Array.from({ length: count }, byte);
  const hex = (digits: number) =>
    [...bytes(Math.ceil(digits / 2))].map((value) => value.toString(16).padStart(2, "0")).join("")
      .slice(0, digits);
  return {
    bytes,
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}

function fakeProcess(options: FakeRuntimeOptions): FakeRuntime["process"] {
  const pid = options.pid ?? 4242;
  const running: Record<number, string> = { ...options.neighbours, [pid]: `start-${pid}` };
  const warnings: string[] = [];
  const exits = new Set<() => void>();
  const uncaughts = new Set<Parameters<ProcessInfo["onUncaught"]>[0]>();
  const terminations = new Set<() => void>();
  return {
    pid,
    platform: "linux",
    arch: "x64",
    osRelease: "6.0",
    hostname: "fake-host",
    runtime: { name: "node", version: "20.0.0" },
    env: () => ({ ...options.env }),
    argv: () => ["node", "agent.js"],
    cwd: () => "/project",
    homeDirectory: () => "/home/fake",
    isAlive: (other) => Object.hasOwn(running, other),
    startTime: (other) => running[other],
    memory: () => ({ rssBytes: 50 << 20, heapUsedBytes: 20 << 20, heapTotalBytes: 30 << 20 }),
    onExit(listener) {
      exits.add(listener);
      return () => void exits.delete(listener);
    },
    onUncaught(listener) {
      uncaughts.add(listener);
      return () => void uncaughts.delete(listener);
    },
    onTerminate(listener) {
      terminations.add(listener);
      return () => void terminations.delete(listener);
    },
    warn: (line) => void warnings.push(line),
    warnings,
    exit: () => exits.forEach((listener) => listener()),
    uncaught: (error, origin = "uncaughtException") =>
      uncaughts.forEach((listener) => listener(error, origin)),
    terminate: () => terminations.forEach((listener) => listener()),
  };
}
