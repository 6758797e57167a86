import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageTemplate } from "../../lib/bundle/message_template.ts";

describe("messageTemplate", () => {
  test("is the same for messages that differ in numbers, hex and ids", () => {
    for (
      const [one, other] of [
        ["Task 12 done in 3.5 ms", "Task 7 done in 1200 ms"],
        ["commit 0a1b2c3d", "commit 99ffeedd0011"],
        ["lock 3848673b-b805-4f99-8f82-643fb590a29a", "lock 00000000-0000-4000-8000-000000000001"],
        ["Read cart_1.ts", "Read checkout_92.ts"],
        ["", ""],
      ] as const
    ) expect(messageTemplate(one), one).toBe(messageTemplate(other));
  });

  test("differs for messages of other words", () => {
    const messages = [
      "Task 1 done",
      "Task 1 failed",
      "Task done",
      "done Task 1",
      "",
      "1",
      "漢字",
      "字漢",
    ];
    expect(new Set(messages.map(messageTemplate)).size).toBe(messages.length);
  });

  test("takes any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(Number.isInteger(messageTemplate(text))).toBe(true);
    }));
  });
});
