import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  patternBytesMax,
  patternGap,
  patternOfNothing,
  patternsMax,
  PatternTable,
} from "../../../report/kernels/patterns.ts";

const encoder = new TextEncoder();

function patternsOf(messages: readonly string[]): string[] {
  const table = new PatternTable();
  const numbers = messages.map((message) => {
    const bytes = new Uint8Array([...encoder.encode(message), 0xff, 0x7b, 0x7d]);
    return table.number(bytes, 0, bytes.length);
  });
  const texts = table.texts();
  return numbers.map((number) => texts[number]!);
}

/** The definition, written out for texts that are not cut. */
function expectedPattern(message: string): string {
  const line = message.replace(/^[\0- ]+/, "").split(/[\r\n]/)[0]!;
  const words = line.replace(
    /[A-Za-z0-9._\u0080-\u{10ffff}-]+/gu,
    (word) => /\d/.test(word) ? patternGap : word,
  );
  return words.replace(/ +$/, "") || patternOfNothing;
}

describe("PatternTable", () => {
  test("PatternTable puts a gap in place of every word with a digit", () => {
    expect(patternsOf([
      "Delivered webhook evt_12",
      "Retry 3 of 5 after a 429",
      "GET /users/42/items?page=2 took 18ms",
      "id 7f0c2a9e-11aa-4b1f-9c55-0123456789ab",
      "\x1b[31mfailed\x1b[0m after 3 s",
      "Error: no\n    at f (a.js:1:2)",
      "",
    ])).toEqual([
      "Delivered webhook <*>",
      "Retry <*> of <*> after a <*>",
      "GET /users/<*>/items?page=<*> took <*>",
      "id <*>",
      "failed after <*> s",
      "Error: no",
      patternOfNothing,
    ]);
  });

  test("PatternTable equals its definition written out", () => {
    const text = fc.array(
      fc.constantFrom("a", "7", " ", "-", ".", "_", ":", "é", "😀", "\n", "\t", "(", "word"),
      { maxLength: 24 },
    ).map((parts) => parts.join(""));
    fc.assert(fc.property(fc.array(text, { maxLength: 12 }), (messages) => {
      expect(patternsOf(messages)).toEqual(messages.map(expectedPattern));
    }));
  });

  test("PatternTable cuts a long message in front of the word that it ends in", () => {
    const start = "word ".repeat(patternBytesMax / 5 - 1);
    expect(patternsOf([`${start}abcdefgh7`, `${start}abcdefgh end`])).toEqual([
      `${start}…`,
      `${start}…`,
    ]);
    expect(patternsOf(["x".repeat(4000)])[0]).toBe(`${"x".repeat(patternBytesMax)}…`);
    expect(patternsOf(["é".repeat(4000)])[0]).toMatch(/^é+…$/);
    expect(patternsOf(["é".repeat(79) + "xé".repeat(9)])[0]).toMatch(/^é+x…$/);
    expect(patternsOf(["7".repeat(4000)])[0]).toBe(`${patternGap}…`);
  });

  test("PatternTable counts patterns beyond the limit as others", () => {
    const table = new PatternTable();
    const number = (i: number) => {
      const bytes = encoder.encode(
        `p ${i.toString(26).replace(/\d/g, (d) => "qrstuvwxyz"[+d]!)} ${"y".repeat(i % 7)}`,
      );
      return table.number(bytes, 0, bytes.length);
    };
    const numbers = Array.from({ length: patternsMax * 3 }, (_, i) => number(i));
    const distinct = new Set(numbers);
    distinct.delete(0);
    expect(distinct.size).toBe(patternsMax);
    expect(numbers.at(-1)).toBe(0);
    expect(table.texts().length).toBe(patternsMax + 1);
    expect(number(0)).toBe(1);
  });
});
