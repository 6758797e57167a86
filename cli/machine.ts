/**
 * The machine that a command works with, which keeps account of what is read where that is wanted.
 *
 * @module
 */

import {
  type Files,
  type ReadChunksOptions,
  type Runtime,
  systemRuntime,
} from "../lib/runtime/mod.ts";
import type { Io } from "./io.ts";

/** What was read of one file. */
export interface FileReads {
  path: string;
  bytes: number;
  /** Time inside of the reading calls, in milliseconds. */
  ms: number;
}

interface Machine {
  runtime: Runtime;
  reads: Map<string, FileReads>;
}

const machines = new WeakMap<Io, Machine>();

/** The machine, the same one for the whole command. */
export function machineOf(io: Io): Runtime {
  let machine = machines.get(io);
  if (!machine) {
    const system = systemRuntime();
    const reads = new Map<string, FileReads>();
    const files = io.manner.verbose ? countingFiles(system.files, reads) : system.files;
    machines.set(io, machine = { runtime: { ...system, files }, reads });
  }
  return machine.runtime;
}

/** Adds to the account what was read past the machine. */
export function noteRead(io: Io, path: string, bytes: number, ms: number): void {
  const reads = machines.get(io)?.reads;
  if (io.manner.verbose && reads) addRead(reads, path, bytes, ms);
}

/** The files that the command has read, in the order of their first reading; only if verbose. */
export function readsOf(io: Io): FileReads[] {
  return [...machines.get(io)?.reads.values() ?? []];
}

/** What planloop itself puts away for a moment is no file that anybody means. */
const temporary = /\.tmp$/;

/** Files whose reading calls are counted. */
export function countingFiles(files: Files, reads: Map<string, FileReads>): Files {
  const add = (path: string, bytes: number, since: number) =>
    addRead(reads, path, bytes, performance.now() - since);
  const counted = <T>(path: string, read: () => T, bytesOf: (value: T) => number): T => {
    const since = performance.now();
    const value = read();
    add(path, bytesOf(value), since);
    return value;
  };
  const textBytes = (text: string | undefined) => text === undefined ? 0 : utf8Bytes(text);
  return {
    ...files,
    read: (path) => counted(path, () => files.read(path), ({ length }) => length),
    readText: (path) => counted(path, () => files.readText(path), textBytes),
    readStart: (path, length) => counted(path, () => files.readStart(path, length), textBytes),
    readRange: (path, start, length) =>
      counted(path, () => files.readRange(path, start, length), (bytes) => bytes.length),
    async *readChunks(path: string, options?: ReadChunksOptions) {
      let since = performance.now();
      for await (const chunk of files.readChunks(path, options)) {
        add(path, chunk.length, since);
        yield chunk;
        since = performance.now();
      }
    },
  };
}

function addRead(reads: Map<string, FileReads>, path: string, bytes: number, ms: number): void {
  if (temporary.test(path)) return;
  const entry = reads.get(path) ?? { path, bytes: 0, ms: 0 };
  entry.bytes += bytes;
  entry.ms += ms;
  reads.set(path, entry);
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
