import { describe, expect, test } from "vitest";
import { isRunning, systemRuntime } from "../../lib/runtime/mod.ts";

/** A system on which one process runs. */
function system(pid: number, start: string | undefined) {
  return {
    isAlive: (other: number) => other === pid,
    startTime: (other: number) => other === pid ? start : undefined,
  };
}

describe("isRunning", () => {
  test.each<[string, number, string | undefined, string | undefined, boolean]>([
    ["the process that was meant", 7, "100", "100", true],
    ["another one under its number", 7, "100", "90", false],
    ["its number, where the start was not noted", 7, "100", undefined, true],
    ["its number, where the system does not say", 7, undefined, "100", true],
    ["nothing under its number", 8, "100", "100", false],
  ])("%s", (_, pid, start, noted, expected) => {
    expect(isRunning(system(7, start), pid, noted)).toBe(expected);
  });

  test("this process, and not one that began at another time", () => {
    const { process } = systemRuntime();
    expect(isRunning(process, process.pid, process.startTime(process.pid))).toBe(true);
    expect(isRunning(process, process.pid, "another time")).toBe(false);
  });
});
