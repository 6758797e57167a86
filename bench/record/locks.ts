/**
 * Locks: alone, and handed over between two processes.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { openSession } from "../../lib/mod.ts";
import { median, type Subject } from "./cost.ts";

/** How long a holder keeps the lock, and how long it then stays away, in milliseconds. */
const holdMs = 3;
const pauseMs = 1;

/** Takes the lock; gives the way to release it. */
type Take = () => Promise<() => void | Promise<void>>;

/** How often proper-lockfile asks again: it prepares them all at each lock, so no more than needed. */
const retriesMax = 500;

/** Makes each kind of lock in a folder that both processes know. */
const kinds: Readonly<Record<string, (path: string, contended: boolean) => Take>> = {
  "proper-lockfile": (path, contended) => {
    mkdirSync(path, { recursive: true });
    const retries = { retries: retriesMax, factor: 1, minTimeout: 10, maxTimeout: 10 };
    return () => lockfile.lock(path, contended ? { retries } : {});
  },
  planloop: (path) => {
    const session = openSession({ name: "lock", id: "lock", home: path });
    return async () => {
      const lock = await session.lock("bench");
      return () => lock.release();
    };
  },
};

/** A lock that nobody else wants, taken and released. */
export function lockAlone(kind: string, path: string): Subject {
  const take = kinds[kind]!(path, false);
  return {
    async run(calls) {
      for (let call = 0; call < calls; call++) await (await take())();
    },
    finish() {},
  };
}

/** One of two processes that want a lock by turns; prints when it got and when it released it. */
export async function contend(kind: string, path: string, turns: number): Promise<void> {
  const take = kinds[kind]!(path, true);
  const times: [got: number, released: number][] = [];
  const now = () => performance.timeOrigin + performance.now();
  for (let turn = 0; turn < turns; turn++) {
    const release = await take();
    const got = now();
    await setTimeout(holdMs);
    const released = now();
    await release();
    times.push([got, released]);
    await setTimeout(pauseMs);
  }
  process.stdout.write(JSON.stringify(times));
}

/**
 * The median time from one process's release to the other's hold, in milliseconds, as two processes
 * see it on the machine's one clock.
 *
 * @param command Runs {@linkcode contend} for the kind and folder that are meant.
 */
export async function handOverMs(command: readonly string[]): Promise<number> {
  const [program, ...args] = command as [string, ...string[]];
  const both = await Promise.all([0, 1].map(async (index) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    for await (const piece of child.stdout) text += String(piece);
    return (JSON.parse(text) as [number, number][]).map(([got, released]) => ({
      index,
      got,
      released,
    }));
  }));
  const holds = both.flat().sort((a, b) => a.got - b.got);
  const waits = holds.flatMap((hold, at) => {
    const before = holds[at - 1];
    return before && before.index !== hold.index ? [hold.got - before.released] : [];
  });
  return median(waits);
}
