import { describe, expect, test } from "vitest";
import { isLevel, type Level, levels, parseLevel } from "../../lib/format/mod.ts";

describe("parseLevel", () => {
  test.each<[string, Level]>([
    ["warn", "WARNING"],
    ["WARN", "WARNING"],
    ["Warning", "WARNING"],
    ["fatal", "CRITICAL"],
    ["FATAL", "CRITICAL"],
    [" info\n", "INFO"],
    ["notice", "INFO"],
    ["trace", "DEBUG"],
    ["err", "ERROR"],
    ...levels.map((level): [string, Level] => [level.toLowerCase(), level]),
  ])("maps %j to %s", (value, level) => {
    expect(parseLevel(value)).toBe(level);
  });

  test.each(["", "loud", "constructor", "40", 40, 0, null, undefined, true, ["INFO"], {}])(
    "gives nothing for %j",
    (value) => expect(parseLevel(value)).toBeUndefined(),
  );
});

describe("isLevel", () => {
  test("accepts the levels as planloop writes them and nothing else", () => {
    for (const level of levels) expect(isLevel(level)).toBe(true);
    for (const value of ["info", "WARN", "", null, 20]) expect(isLevel(value)).toBe(false);
  });
});
