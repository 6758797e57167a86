/**
 * What a benchmark is held to, and how it says so.
 *
 * @module
 */

import process from "node:process";
import { figure, printTable } from "./table.ts";

/** A figure with its bar. It is met where the value is the bar or less. */
export interface Goal {
  /** What is measured, with its unit or what it is a ratio to: `report: CPU, ratio to JSON.parse`. */
  goal: string;
  value: number;
  bar: number;
}

/** Whether a goal is met; a value that is no number meets none. */
export function isMet({ value, bar }: Goal): boolean {
  return value <= bar;
}

/**
 * Prints goals on standard output: with `json` one object a line, `{"goal","value","bar","met"}`,
 * with `markdown` a table for a document, else a table for people.
 *
 * @returns The exit code: 1 where a goal is missed, else 0.
 */
export function printGoals(
  goals: readonly Goal[],
  options: { json: boolean; markdown?: boolean },
): 0 | 1 {
  const width = Math.max(0, ...goals.map(({ goal }) => goal.length));
  if (options.markdown && !options.json) printMarkdown(goals);
  else {for (const goal of goals) {
      const line = options.json
        ? JSON.stringify({ ...rounded(goal), met: isMet(goal) })
        : `${isMet(goal) ? "✓ met   " : "✗ MISSED"}  ${goal.goal.padEnd(width)}  ` +
          `${rounded(goal).value} (at most ${goal.bar})`;
      process.stdout.write(`${line}\n`);
    }}
  return goals.every(isMet) ? 0 : 1;
}

function printMarkdown(goals: readonly Goal[]): void {
  const head = ["goal", "at most", "measured"];
  const rows = goals.map((goal) => {
    const { value, bar } = rounded(goal);
    return [goal.goal, figure(bar), `${figure(value)} ${isMet(goal) ? "met" : "missed"}`];
  });
  printTable({ title: "Goals", head, rows }, { markdown: true });
}

/** Four digits are more than any measurement here is good for. */
function rounded({ goal, value, bar }: Goal): Goal {
  return { goal, value: Number(value.toPrecision(4)), bar: Number(bar.toPrecision(4)) };
}
