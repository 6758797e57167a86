/**
 * CPU time of one call among many.
 *
 * @module
 */

import process from "node:process";

/** Something that is measured. */
export interface Subject {
  readonly name: string;
  /** Does the work a number of times. */
  run(calls: number): void;
  /** Closes what it opened, and throws if what it wrote is not what it claims to have written. */
  finish(calls: number): void;
}

/**
 * The median CPU time of one call of each subject, user and system, in microseconds. The subjects
 * take turns, so that a busy moment of the machine hits them alike; the first round warms up.
 */
export function cpuMicroseconds(
  subjects: readonly Subject[],
  calls: number,
  rounds: number,
): number[] {
  const costs: number[][] = subjects.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      const before = process.cpuUsage();
      subject.run(calls);
      const { user, system } = process.cpuUsage(before);
      if (round > 0) costs[index]!.push((user + system) / calls);
    }
  }
  for (const subject of subjects) subject.finish(calls * (rounds + 1));
  return costs.map((each) => each.sort((a, b) => a - b)[Math.floor(each.length / 2)]!);
}
