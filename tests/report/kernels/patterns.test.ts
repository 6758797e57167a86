import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  otherPatterns,
  patternBytesMax,
  patternGap,
  patternOfNothing,
  patternsMax,
  PatternTable,
} from "../../../report/kernels/patterns.ts";

const encoder = new TextEncoder();

function patternsOf(messages: readonly string[]): string[] {
  const table = new PatternTable();
  const ids = messages.map((message) => {
    const bytes = new Uint8Array([...encoder.encode(message), 0xff, 0x7b, 0x7d]);
    return table.add(bytes, 0, bytes.length);
  });
  const { texts, numbers } = table.kept();
  return ids.map((id) => texts[numbers[id]!]!);
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

  test("PatternTable drops the rarest patterns when it is full, not the latest", () => {
    const table = new PatternTable();
    const letters = (i: number) => i.toString().replace(/\d/g, (digit) => "qrstuvwxyz"[+digit]!);
    const add = (message: string) => {
      const bytes = encoder.encode(message);
      return table.add(bytes, 0, bytes.length);
    };
    const early = add("early and often");
    for (let i = 0; i < 20; i++) add("early and often");
    add("early, and again late");
    for (let i = 0; i < 3 * patternsMax; i++) add(`once ${letters(i)}`);
    for (let i = 0; i < 20; i++) {
      add("late and often");
      add("early, and again late");
    }
    const { texts, numbers } = table.kept();
    expect(texts.length).toBeLessThanOrEqual(patternsMax + 1);
    expect(texts[0]).toBe(otherPatterns);
    expect(texts[numbers[early]!]).toBe("early and often");
    const found = (message: string) => {
      const bytes = encoder.encode(message);
      return texts[numbers[table.find(bytes, 0, bytes.length)]!];
    };
    expect(found("late and often")).toBe("late and often");
    expect(found("early, and again late")).toBe("early, and again late");
    expect(found(`once ${letters(0)}`)).toBe(otherPatterns);
  });
});
