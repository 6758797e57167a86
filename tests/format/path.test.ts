import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { itemPath, memberPath, parsePath } from "../../lib/format/mod.ts";

describe("memberPath", () => {
  test.each([
    ["", "version", "version"],
    ["tasks[4]", "status", "tasks[4].status"],
    ["extra", "a.b", 'extra["a.b"]'],
    ["", "0", '["0"]'],
    ["", "", '[""]'],
    ["a", 'quo"te\n', 'a["quo\\"te\\n"]'],
    ["a", "größe", 'a["größe"]'],
  ])("joins %j and %j", (parent, key, path) => {
    expect(memberPath(parent, key)).toBe(path);
  });
});

describe("parsePath", () => {
  test.each([
    "tasks[",
    "tasks[-1]",
    ".a",
    "a..b",
    "a.",
    "a b",
    "[1]a",
    '["a"',
    "['a']",
    '["\\x"]',
    "a[01234567890123456]",
  ])(
    "refuses %s",
    (path) => expect(parsePath(path)).toBeUndefined(),
  );

  test("gives back the steps that made the path", () => {
    const key = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("a", "__proto__", "a.b", "1"),
    );
    const steps = fc.array(fc.oneof(key, fc.nat(1e9)));
    fc.assert(fc.property(steps, (expected) => {
      const path = expected.reduce<string>(
        (parent, step) =>
          typeof step === "number" ? itemPath(parent, step) : memberPath(parent, step),
        "",
      );
      expect(parsePath(path)).toEqual(expected);
    }));
  });
});
