import { describe, expect, test } from "vitest";
import { describeFailure } from "../../cli/failure.ts";

describe("describeFailure", () => {
  test("is the error's own sentence, with its causes", () => {
    const error = new Error("Cannot write x: the disk is full", { cause: new Error("ENOSPC") });
    expect(describeFailure(error, false)).toBe(
      "Error: Cannot write x: the disk is full.\n  because: ENOSPC.",
    );
  });

  test.each(["done.", "why?", "listed:", "more …"])("%j needs no further stop", (text) => {
    expect(describeFailure(new Error(text), false)).toBe(`Error: ${text}`);
  });

  test("tells a mistake in the program from an answer to the user", () => {
    const hint = "PLANLOOP_DEBUG=1";
    expect(describeFailure(new TypeError("x is not a function"), false)).toContain(hint);
    expect(describeFailure("thrown text", false)).toContain(hint);
    expect(describeFailure(new Error("No session"), false)).not.toContain(hint);
    const refused = Object.assign(new TypeError("denied"), { code: "EACCES" });
    expect(describeFailure(refused, false)).not.toContain(hint);
  });

  test("shows the stack only when asked", () => {
    const error = new TypeError("boom");
    expect(describeFailure(error, false)).not.toMatch(/^\s+at /m);
    expect(describeFailure(error, true)).toMatch(/^\s+at /m);
  });

  test("a message cannot drive the terminal, and an endless chain of causes ends", () => {
    const error = new Error("bad \x1b[2J name");
    error.cause = error;
    const text = describeFailure(error, false);
    expect(text).toContain("bad \\u{1b}[2J name");
    expect(text.split("\n")).toHaveLength(6);
  });
});
