import process from "node:process";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Goal, isMet, printGoals } from "../../bench/goal.ts";

const goals: Goal[] = [
  { goal: "report: memory, ratio", value: 1.08876, bar: 1.3 },
  { goal: "cli: start, ms", value: 30, bar: 25 },
];

afterEach(() => vi.restoreAllMocks());

function printed(
  list: Goal[],
  json: boolean,
  markdown = false,
): { code: number; text: string } {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  const code = printGoals(list, { json, markdown });
  return { code, text };
}

describe("printGoals", () => {
  test("prints one JSON object a line, and tells a miss by its exit code", () => {
    const { code, text } = printed(goals, true);
    expect(text.trimEnd().split("\n").map((line) => JSON.parse(line) as unknown)).toEqual([
      { goal: "report: memory, ratio", value: 1.089, bar: 1.3, met: true },
      { goal: "cli: start, ms", value: 30, bar: 25, met: false },
    ]);
    expect(code).toBe(1);
    expect(printed(goals.slice(0, 1), true).code).toBe(0);
  });

  test("prints a table for people", () => {
    expect(printed(goals, false).text).toBe(
      "✓ met     report: memory, ratio  1.089 (at most 1.3)\n" +
        "✗ MISSED  cli: start, ms         30 (at most 25)\n",
    );
  });

  test("prints a table for documents, with the same exit code", () => {
    const { code, text } = printed(goals, false, true);
    expect(text).toBe(
      "| goal | at most | measured |\n| --- | --- | --- |\n" +
        "| report: memory, ratio | 1.3 | 1.09 met |\n| cli: start, ms | 25 | 30 missed |\n\n",
    );
    expect(code).toBe(1);
  });
});

test("isMet is not fooled by a value that is no number", () => {
  expect(isMet({ goal: "g", value: NaN, bar: 1 })).toBe(false);
  expect(isMet({ goal: "g", value: 1, bar: 1 })).toBe(true);
});
