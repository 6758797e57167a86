import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../helpers/cpu_time.ts";
import { errorFingerprint, messagePattern } from "../../lib/analyse/error_fingerprint.ts";
import type { StackFrame } from "../../lib/format/mod.ts";

const frame = (file: string, name: string, line = 1): StackFrame => ({
  file,
  line,
  function: name,
  code: "",
});

const stack = [
  frame("src/main.ts", "main"),
  frame("src/loop.ts", "loop"),
  frame("src/state.ts", "save"),
  frame("src/write.ts", "write"),
  frame("node_modules/got/index.js", "request"),
];

const print = (
  error_message: string,
  stack_trace: StackFrame[] = stack,
  error_type = "RangeError",
) => errorFingerprint({ error_type, error_message, stack_trace });

describe("errorFingerprint", () => {
  test("errorFingerprint is the same for numbers, ids and lines that differ", () => {
    const one = print("task 4 of 0198c0de-77aa not there");
    expect(one).toMatch(/^[0-9a-f]{16}$/);
    expect(print("task 12 of 5a98c0de-77bb not there")).toBe(one);
    expect(print("task 4 of x9 not there", stack.map((f) => ({ ...f, line: 99 })))).toBe(one);
  });

  test("errorFingerprint stays what it is from release to release", () => {
    expect(print("task 4 is gone")).toBe("9f0c156342f738db");
  });

  test("errorFingerprint tells types, messages and places apart", () => {
    const all = [
      print("a"),
      print("b"),
      print("a", stack, "TypeError"),
      print("a", stack.slice(0, -2)),
      print("a", []),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test("errorFingerprint looks at the innermost own frames only", () => {
    const elsewhere = [frame("src/other.ts", "serve"), ...stack.slice(1)];
    expect(print("a", elsewhere)).toBe(print("a"));
    const newer = [...stack.slice(0, -1), frame("node_modules/got/v2.js", "fetch")];
    expect(print("a", newer)).toBe(print("a"));
    const own = stack.map((f) => f.function === "save" ? { ...f, function: "load" } : f);
    expect(print("a", own)).not.toBe(print("a"));
  });

  test("errorFingerprint takes the throwing frame where every frame is a library's", () => {
    const library = (name: string) => [
      frame("node:internal/main", "run"),
      frame("node:fs", name),
    ];
    expect(print("a", library("open"))).not.toBe(print("a", library("close")));
  });

  test("errorFingerprint is the same wherever the project lies", () => {
    const at = (root: string) => [frame(`${root}/src/loop.ts`, "loop")];
    expect(print("a", at("/home/ann/shop"))).toBe(print("a", at("file:///C:/work/shop")));
    expect(print("a", [frame("src/loop.ts?t=17", "loop")])).toBe(print("a", at("/x")));
  });
});

describe("messagePattern", () => {
  test.each([
    ["expected 1 delivery, got 2.", "expected # delivery, got #."],
    ["no free\n  port after 30000ms", "no free port after #"],
    ["key [REDACTED:generic-api-key:5c1f] refused", "key [REDACTED:generic-api-key:#] refused"],
    ["Grüße an Köln", "Grüße an Köln"],
    ["", ""],
  ])("messagePattern of %j", (message, pattern) => {
    expect(messagePattern(message)).toBe(pattern);
  });

  test("messagePattern is short and quick for any message", () => {
    const work = cpuMsOf(() => {
      expect(messagePattern("-".repeat(1_000_000)).length).toBeLessThanOrEqual(300);
      expect(messagePattern("a.".repeat(1_000_000)).length).toBeLessThanOrEqual(300);
    });
    expect(work).toBeLessThan(1_000);
  });
});
