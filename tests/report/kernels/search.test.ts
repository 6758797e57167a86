import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseVariants, foldCodePoint, foldText } from "../../../report/kernels/fold.ts";
import { findNeedle, prepareNeedle, searchBlock } from "../../../report/kernels/search.ts";

/** Letters whose cases are odd: of other sizes, with several relatives, context-bound, and plain ones. */
const letters = [
  ..."aAkKsSiI\u212a\u017f\u0131\u0130ßẞσςΣäÄåÅ\u212bµμΜⱥȺǅǆǄ𐐀𐐨ﬀ€😀",
  ...'e "{}:,0',
];
const anyText = fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((l) => l.join(""));
const anyNeedle = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 4 })
  .map((l) => l.join(""));
const separator = 0xff;

/** The rows in whose message or context the folded needle occurs, the plain way. */
function naive(rows: string[][], needle: string): number[] {
  const wanted = foldText(needle);
  return rows.flatMap(([message, context], i) =>
    [message!, context === "{}" ? "" : context ?? ""]
        .some((field) => foldText(field).includes(wanted))
      ? [i]
      : []
  );
}

const anyRow = fc.tuple(anyText, fc.oneof(anyText, fc.constant("{}")), anyText, anyText)
  .chain((fields) => fc.integer({ min: 1, max: 4 }).map((count) => fields.slice(0, count)));

function block(rows: string[][]): { text: Uint8Array; starts: Uint32Array } {
  const encoder = new TextEncoder();
  const starts = [0];
  const bytes: number[] = [];
  for (const fields of rows) {
    fields.forEach((field, i) => {
      if (i > 0) bytes.push(separator);
      bytes.push(...encoder.encode(field));
    });
    starts.push(bytes.length);
  }
  return { text: Uint8Array.from(bytes), starts: Uint32Array.from(starts) };
}

function search(rows: string[][], needle: string): number[] {
  const { text, starts } = block(rows);
  const found: number[] = [];
  searchBlock(text, starts, prepareNeedle(needle), (row) => found.push(row));
  return found;
}

describe("searchBlock", () => {
  test("searchBlock equals a naive scan of folded text", () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 12 }),
        anyNeedle,
        (rows, needle) => {
          expect(search(rows, needle)).toEqual(naive(rows, needle));
        },
      ),
      { numRuns: 4000 },
    );
  });

  test("searchBlock equals a naive scan of any Unicode text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: "binary" })), { maxLength: 8 }),
        fc.string({ unit: "binary", minLength: 1, maxLength: 2 }),
        (rows, needle) => {
          expect(search(rows, needle)).toEqual(naive(rows, needle));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("searchBlock equals a naive scan where the needle was cut from the text", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyText), { minLength: 1, maxLength: 8 }),
        fc.nat(),
        (rows, at) => {
          const all = Array.from(rows[at % rows.length]![0]);
          fc.pre(all.length > 0);
          const needle = all.slice(at % all.length, at % all.length + 3).join("").toUpperCase();
          expect(search(rows, needle)).toEqual(naive(rows, needle));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("searchBlock never matches across a field or a row", () => {
    expect(search([["ab", "cd"], ["ef"]], "bc")).toEqual([]);
    expect(search([["ab"], ["cd"]], "bc")).toEqual([]);
    expect(search([["xab"], ["cab"]], "bc")).toEqual([]);
    expect(search([["ab"], ["bc"]], "bc")).toEqual([1]);
  });

  test("searchBlock searches message and context, not what stands behind them", () => {
    const rows = [
      ["Saved", '{"lock":1}', '{"session_id":"lock-demo","lock_entry_id":"e1"}', '{"file":"lock"}'],
      ["Locked", "{}", ""],
      ["Saved", "{}", '{"lock_entry_id":"e2"}'],
    ];
    expect(search(rows, "lock")).toEqual([0, 1]);
    expect(search(rows, "lock_entry_id")).toEqual([]);
    expect(search(rows, "demo")).toEqual([]);
    expect(search(rows, ":")).toEqual([0]);
    expect(search(rows, '"e')).toEqual([]);
  });

  test("searchBlock does not search the braces of a context without keys", () => {
    expect(search([["a", "{}", ""], ["a", '{"b":{}}', ""], ["{}", "{}", ""]], "{")).toEqual([1, 2]);
    expect(search([["", "{0"]], "0")).toEqual([0]);
  });

  test("searchBlock names a row once, however often the needle occurs", () => {
    expect(search([["aaaa"], [""], ["a"]], "a")).toEqual([0, 2]);
  });

  test("searchBlock finds letters whose cases differ in size", () => {
    expect(search([["300 \u212aelvin"], ["Ma\u017fe"], ["STRAẞE"], ["Σίσυφος"]], "kelvin")).toEqual(
      [0],
    );
    expect(search([["300 \u212aelvin"], ["Ma\u017fe"]], "MASE")).toEqual([1]);
    expect(search([["STRAẞE"]], "straße")).toEqual([0]);
    expect(search([["Σίσυφος"]], "ΣΊΣΥΦΟΣ")).toEqual([0]);
  });
});

describe("prepareNeedle", () => {
  test("prepareNeedle refuses an empty text", () => {
    expect(() => prepareNeedle("")).toThrow(RangeError);
  });

  test("findNeedle gives the first match from a byte on", () => {
    const text = new TextEncoder().encode("one two ONE");
    const needle = prepareNeedle("one");
    expect(findNeedle(text, needle, 0, text.length)).toBe(0);
    expect(findNeedle(text, needle, 1, text.length)).toBe(8);
    expect(findNeedle(text, needle, 9, text.length)).toBe(-1);
    expect(findNeedle(text, needle, 1, 10)).toBe(-1);
  });
});

describe("foldText", () => {
  test("foldText keeps every letter's place", () => {
    const moved: number[] = [];
    for (let code = 0; code < 0x20000; code++) {
      if (code === 0xd800) code = 0xe000;
      const letter = String.fromCodePoint(code);
      if (foldText(letter).length !== letter.length) moved.push(code);
    }
    expect(moved).toEqual([]);
  });

  test("foldText folds letter by letter, with or without others than ASCII", () => {
    expect(foldText("STRAẞE Σίσυφος İ K")).toBe("straße σίσυφοσ İ k");
    expect(foldText("Lock LOST [Z]@`")).toBe("lock lost [z]@`");
  });
});

describe("foldCodePoint", () => {
  test("foldCodePoint gives all cases of every letter one code point", () => {
    for (let code = 0; code < 0x1f000; code++) {
      if (code === 0xd800) code = 0xe000;
      const folded = foldCodePoint(code);
      if (folded === code) continue;
      expect(caseVariants(code), code.toString(16)).toContain(code);
      expect(caseVariants(folded), code.toString(16)).toContain(code);
      expect(foldCodePoint(folded), code.toString(16)).toBe(folded);
    }
  });

  test("foldCodePoint agrees with the engine's own case-insensitive matching of Latin and Greek", () => {
    const odd = /[\u0131\u0130\u0390\u03b0\u0345]/;
    for (let code = 0x20; code < 0x400; code++) {
      const letter = String.fromCodePoint(code);
      if (odd.test(letter)) continue;
      const folded = String.fromCodePoint(foldCodePoint(code));
      expect(new RegExp(`^\\u{${code.toString(16)}}$`, "iu").test(folded), letter).toBe(true);
    }
  });
});
