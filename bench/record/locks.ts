/**
 * Locks: alone, and handed over between two processes.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import lockfile from "proper-lockfile";
import { openSession } from "../../lib/mod.ts";
import { median, type Subject } from "./cost.ts";

/**
 * How two processes take turns at a lock, in milliseconds, each time with a random share of jitter
 * on top, so that nobody's polls run in step with the other's turns.
 *
 * A hand-over is from one's release to the other's hold, **while the other is waiting**. It is
 * measured where the releaser stays away for longer than proper-lockfile's poll (10 ms) and the
 * holder holds until the other has surely asked. With a short pause, a waiter that polls gets the
 * lock only when a poll happens to fall into the pause: what takes longer than the pause is never
 * seen, because the releaser has the lock again. What happens then is counted as inversions.
 */
const patterns = {
  wait: { holdMs: 50, awayMs: 30, jitterMs: 20 },
  rush: { holdMs: 3, awayMs: 1, jitterMs: 0.5 },
};

/** `wait`: each asks while the other holds. `rush`: each wants the lock again at once. */
export type Pattern = keyof typeof patterns;

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

/** A hold as its process saw it: when it asked, when it got the lock, when it began to release. */
interface Hold {
  asked: number;
  got: number;
  released: number;
}

/** One of two processes that want a lock by turns; begins when told so, and prints its holds. */
export async function contend(
  kind: string,
  path: string,
  turns: number,
  pattern: Pattern,
): Promise<void> {
  const take = kinds[kind]!(path, true);
  const { holdMs, awayMs, jitterMs } = patterns[pattern];
  const sleep = (ms: number) => setTimeout(ms + Math.random() * jitterMs);
  const now = () => performance.timeOrigin + performance.now();
  const holds: Hold[] = [];
  process.stdout.write("ready\n");
  await once(process.stdin, "data");
  for (let turn = 0; turn < turns; turn++) {
    const asked = now();
    const release = await take();
    const got = now();
    await sleep(holdMs);
    const released = now();
    await release();
    holds.push({ asked, got, released });
    await sleep(awayMs);
  }
  process.stdout.write(`${JSON.stringify(holds)}\n`);
  process.stdin.pause();
}

/** What two processes saw of each other. */
export interface HandOvers {
  /** Median time from one's release to the hold of the other, who was waiting; in milliseconds. */
  ms: number;
  /** How many were measured. */
  count: number;
  /** How often one got the lock that the other had asked for earlier. */
  inversions: number;
  /** Of how many holds. */
  holds: number;
}

/**
 * Lets two processes take turns.
 *
 * @param command Runs {@linkcode contend} for the kind and folder that are meant.
 */
export async function handOvers(command: readonly string[]): Promise<HandOvers> {
  const children = [startContender(command), startContender(command)];
  for (const { next } of children) await next();
  for (const { begin } of children) begin();
  const texts = await Promise.all(children.map(({ next }) => next()));
  const both = texts.map((text, index) =>
    (JSON.parse(text) as Hold[]).map((hold) => ({ ...hold, index }))
  );
  const holds = both.flat().sort((a, b) => a.got - b.got);
  const waits: [number[], number[]] = [[], []];
  let inversions = 0;
  for (const [at, hold] of holds.entries()) {
    const before = holds[at - 1];
    if (before && before.index !== hold.index && hold.asked < before.released) {
      waits[hold.index as 0 | 1].push(hold.got - before.released);
    }
    const other = holds.slice(at + 1).find(({ index }) => index !== hold.index);
    if (other && other.asked < hold.asked) inversions++;
  }
  // Two processes' clocks may be apart: what one direction shows too much, the other shows too little.
  const ms = (median(waits[0]) + median(waits[1])) / 2;
  return { ms, count: waits.flat().length, inversions, holds: holds.length };
}

function startContender(command: readonly string[]) {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next(): Promise<string> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`Cannot measure: ${command.join(" ")} ended early`);
      return value;
    },
    begin: () => void child.stdin.end("begin\n"),
  };
}
