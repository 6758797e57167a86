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

/** Another process that measures one subject. */
export interface SubjectProcess {
  /** Does the work, and gives the CPU time of one call, user and system, in microseconds. */
  run(calls: number): Promise<number>;
  /** Lets the subject check its work; the process ends. */
  finish(): Promise<void>;
}

/** What the processes say to each other, one JSON object a line. */
type Order = { run: number } | { finish: true };
type Answer = { us: number } | { done: true };

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
    run: async (calls) => (await ask({ run: calls }) as { us: number }).us,
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
      const before = process.cpuUsage();
      await subject.run(order.run);
      const { user, system } = process.cpuUsage(before);
      answer = { us: (user + system) / order.run };
    } else {
      await subject.finish(total);
      answer = { done: true };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    if ("done" in answer) return;
  }
}

/**
 * The median cost of one call of each subject, in microseconds. The subjects take turns, so that a
 * busy moment of the machine hits them alike; the first rounds warm up.
 */
export async function medianCosts(
  subjects: readonly SubjectProcess[],
  calls: number,
  rounds: number,
): Promise<number[]> {
  const costs: number[][] = subjects.map(() => []);
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const cost = await subject.run(calls);
      if (round >= 0) costs[index]!.push(cost);
    }
  }
  for (const subject of subjects) await subject.finish();
  return costs.map(median);
}

const warmUpRounds = 2;

/** The middle of some numbers; NaN where there are none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
