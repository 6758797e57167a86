import fc from "fast-check";
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { ByteText, systemRuntime, TextStore } from "../../lib/runtime/mod.ts";

const block = 256 * 1024;

/** A list's text; each piece is copied at once, as it is only good until the next. */
function textOf(pieces: Iterable<Uint8Array>): string {
  const copies: Uint8Array[] = [];
  for (const piece of pieces) copies.push(Uint8Array.from(piece));
  return Buffer.concat(copies).toString();
}

describe("TextStore", () => {
  test("gives each text back, alone and in a list in any order", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.tuple(fc.constantFrom("a", "ü", "𝄞"), fc.constantFrom(block / 2, block, block + 1))
        .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length))),
    );
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 12 }),
        fc.array(fc.oneof(fc.nat(11), text), { maxLength: 14 }),
        (texts, order) => {
          const store = new TextStore();
          expect(texts.map((each) => store.add(each))).toEqual(texts.map((_, index) => index));
          expect(store.count).toBe(texts.length);
          expect(texts.every((each, number) => store.text(number) === each)).toBe(true);
          const items = order.filter((item) => typeof item === "string" || item < texts.length);
          const list = store.list("[é", items, "]");
          const expected = `[é${
            items.map((item) => typeof item === "string" ? item : texts[item]).join(",")
          }]`;
          // Not `toBe`: the texts are too long to be shown.
          expect([textOf(list) === expected, textOf(list) === expected]).toEqual([true, true]);
          store.release();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a text that was begun and not ended leaves nothing behind", () => {
    const store = new TextStore();
    store.add("one");
    store.begin(100).text("half");
    store.add("two");
    expect(textOf(store.list("", [0, 1], ""))).toBe("one,two");
    expect(store.sizeBytes).toBe(8);
  });

  test("countWithin says how many texts fit, and never none", () => {
    const store = new TextStore();
    for (const text of ["aaaa", "bb", "c"]) store.add(text);
    expect(store.countWithin(0, 1)).toBe(1);
    expect(store.countWithin(0, 8)).toBe(2);
    expect(store.countWithin(1, 100)).toBe(2);
  });

  test("memory that was given back is used again, without its texts", () => {
    for (let round = 0; round < 3; round += 1) {
      const store = new TextStore();
      const texts = Array.from({ length: 5000 }, (_, index) => `${round}-${index}`.repeat(10));
      for (const text of texts) store.add(text);
      const all = textOf(store.list("", texts.map((_, index) => index), ""));
      expect(all === texts.join()).toBe(true);
      store.release();
    }
  });
});

describe("ByteText", () => {
  const written = (write: (out: ByteText) => void) => {
    const out = new ByteText();
    out.bytes = new Uint8Array(2000);
    out.at = 3;
    write(out);
    return Buffer.from(out.bytes.subarray(3, out.at)).toString();
  };

  test("writes numbers as text does", () => {
    fc.assert(fc.property(fc.nat(0x7fff_ffff), fc.nat(0xffff_ffff), (small, large) => {
      expect(written((out) => out.integer(small))).toBe(`${small}`);
      expect(written((out) => out.hex(large))).toBe(large.toString(16).padStart(8, "0"));
    }));
    for (const edge of [0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 0x7fff_ffff]) {
      expect(written((out) => out.integer(edge))).toBe(`${edge}`);
    }
    expect(written((out) => out.hex(0xffff_ffff))).toBe("ffffffff");
  });

  test("writes texts as UTF-8, whatever their length", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 100 }), (text) => {
      expect(written((out) => out.text(text))).toBe(Buffer.from(text).toString());
    }));
  });
});

test("clock.now goes on from a moment of the monotonic clock, and keeps to the wall clock", () => {
  const { clock } = systemRuntime();
  let apartMs = 0;
  for (let count = 0; count < 50_000; count += 1) {
    const before = Date.now();
    const now = clock.now(clock.monotonic());
    apartMs = Math.max(apartMs, before - now, now - Date.now());
  }
  // Each clock may be within another millisecond.
  expect(apartMs).toBeLessThan(2);
});
