import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rowTemplate } from "../../lib/bundle/row_template.ts";

function templateOf(message: string, context = "{}"): number {
  const encoder = new TextEncoder();
  const start = encoder.encode(message);
  const rest = encoder.encode(context);
  const text = new Uint8Array(start.length + 1 + rest.length + 3);
  text.set(start);
  text[start.length] = 0xff;
  text.set(rest, start.length + 1);
  text.set([0xff, 0x7b, 0x7d], start.length + 1 + rest.length);
  return rowTemplate(text, 0, start.length);
}

describe("rowTemplate", () => {
  test("is the same for messages that differ in numbers, hex and ids", () => {
    for (
      const [one, other] of [
        ["Task 12 done in 3.5 ms", "Task 7 done in 1200 ms"],
        ["commit 0a1b2c3d", "commit 99ffeedd0011"],
        ["lock 3848673b-b805-4f99-8f82-643fb590a29a", "lock 00000000-0000-4000-8000-000000000001"],
        ["Read cart_1.ts", "Read checkout_92.ts"],
        ["", ""],
      ] as const
    ) expect(templateOf(one), one).toBe(templateOf(other));
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
    expect(new Set(messages.map((message) => templateOf(message))).size).toBe(messages.length);
  });

  test("takes the context's first key for the rest of the message", () => {
    const one = templateOf("Thinking: of one thing", '{"step":1}');
    expect(templateOf("Thinking: of another", '{"step":22,"more":true}')).toBe(one);
    expect(templateOf("Thinking: of another", '{"depth":22}')).not.toBe(one);
    expect(templateOf("Planning: of one thing", '{"step":1}')).not.toBe(one);
    expect(templateOf("Thinking: of one thing", "{}")).not.toBe(one);
  });

  test("takes any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), fc.json(), (text, context) => {
      expect(Number.isInteger(templateOf(text, context))).toBe(true);
    }));
  });
});
