/**
 * CPU time of one call among many, each kind of call in a process of its own.
 *
 * @module
 */

import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** Something that is measured, inside its own process. */
export interface Subject {
  /** Does the work a number of times. */
  run(calls: number): void | Promise<void>;
  /** Closes what it opened, and throws if what it wrote is not what it claims to have written. */
  finish(calls: number): void | Promise<void>;
}

/** What one call takes, in microseconds. */
export interface CallCost {
  /** CPU time of the process with all its threads, user and system. */
  cpu_us: number;
  /** Time on the clock. */
  elapsed_us: number;
}

/** Another process that measures one subject. */
export interface SubjectProcess {
  /** Does the work, and tells what one call took. */
  run(calls: number): Promise<CallCost>;
  /** Lets the subject check its work; the process ends. */
  finish(): Promise<void>;
}

/** What the processes say to each other, one JSON object a line. */
type Order = { run: number } | { finish: true };
type Answer = CallCost | { done: true };

/**
 * Starts a process that measures one subject.
 *
 * @param command The runtime and its arguments; the process calls {@linkcode serveSubject}.
 */
export function startSubject(command: readonly string[]): SubjectProcess {
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (order: Order): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`Cannot measure: ${command.join(" ")} ended early`);
    return JSON.parse(value) as Answer;
  };
  return {
    run: async (calls) => await ask({ run: calls }) as CallCost,
    async finish() {
      await ask({ finish: true });
      child.stdin.end();
    },
  };
}

/** Measures a subject as another process asks on standard input. */
export async function serveSubject(subject: Subject): Promise<void> {
  let total = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order;
    let answer: Answer;
    if ("run" in order) {
      total += order.run;
      const began_ms = performance.now();
      const before = process.cpuUsage();
      await subject.run(order.run);
      const { user, system } = process.cpuUsage(before);
      const elapsed_us = 1000 * (performance.now() - began_ms) / order.run;
      answer = { cpu_us: (user + system) / order.run, elapsed_us };
    } else {
      await subject.finish(total);
      answer = { done: true };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    if ("done" in answer) return;
  }
}

/** The median CPU time of one call of each subject, in microseconds. See {@linkcode medianCalls}. */
export async function medianCosts(
  subjects: readonly SubjectProcess[],
  calls: number,
  rounds: number,
): Promise<number[]> {
  return (await medianCalls(subjects, calls, rounds)).map(({ cpu_us }) => cpu_us);
}

/**
 * The median costs of one call of each subject. The subjects take turns, so that a busy moment of
 * the machine hits them alike; the first rounds warm up.
 */
export async function medianCalls(
  subjects: readonly SubjectProcess[],
  calls: number,
  rounds: number,
): Promise<CallCost[]> {
  const costs: CallCost[][] = subjects.map(() => []);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const cost = await subject.run(calls);
      if (round >= 0) costs[index]!.push(cost);
    }
  }
  for (const subject of subjects) await subject.finish();
  return costs.map((some) => ({
    cpu_us: median(some.map(({ cpu_us }) => cpu_us)),
    elapsed_us: median(some.map(({ elapsed_us }) => elapsed_us)),
  }));
}

const warmUpRounds = 2;

/** The middle of some numbers; NaN where there are none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
