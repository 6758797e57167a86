import fc from "fast-check";
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { ByteText, systemRuntime, textBytes, TextStore } from "../../lib/runtime/mod.ts";

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

  test("a text that outgrows its block goes on in another, and spoils none before it", () => {
    const store = new TextStore();
    const texts = [10, block - 100, 5000, 3 * block, 7, block, block - 2, 20_000].map(
      (length, index) => `${index}`.repeat(length),
    );
    for (const text of texts) {
      const out = store.begin(10);
      for (let from = 0; from < text.length; from += 4000) out.text(text.slice(from, from + 4000));
      store.end();
    }
    expect(texts.every((text, number) => store.text(number) === text)).toBe(true);
    const list = store.list("", texts.map((_, number) => number), "");
    expect(textOf(list) === texts.join()).toBe(true);
  });

  test("begun tells whether the text in the making is still the last one", () => {
    const store = new TextStore();
    store.begin(10);
    const { begun } = store;
    store.add("another");
    expect(store.begun).not.toBe(begun);
    const { begun: second } = store;
    store.release();
    expect(store.begun).not.toBe(second);
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
    write(out);
    return out.toString();
  };

  test("writes numbers as JSON does", () => {
    const edges = [0, 9, 10, 99, 100, 999_999_999, 1e9, 2 ** 31, 0.5, 1e21];
    const numbers = fc.oneof(
      fc.constantFrom(...edges, ...edges.map((edge) => -edge)),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(fc.property(numbers, (number) => {
      expect(written((out) => out.number(number))).toBe(JSON.stringify(number));
    }));
  });

  test("overwrites hexadecimal digits, and nothing beside them", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(0xffff_ffff), fc.constant(0xffff_ffff)), (number) => {
        const text = written((out) => {
          out.text("<12345678>..");
          out.overwriteHex(number, 11);
        });
        expect(text).toBe(`<${number.toString(16).padStart(8, "0")}>..`);
      }),
    );
  });

  test("keeps what it has while its memory grows, each way of writing", () => {
    const writes: [string, (out: ByteText) => void][] = [
      ["xy", (out) => out.copy(textBytes("xy"))],
      ["ü-𝄞", (out) => out.text("ü-𝄞")],
      ["q", (out) => out.byte(113)],
      ["-123456789", (out) => out.number(-123456789)],
    ];
    for (const [piece, write] of writes) {
      const repeated = (out: ByteText) => {
        for (let count = 0; count < 20_000; count += 1) write(out);
      };
      expect(written(repeated) === piece.repeat(20_000)).toBe(true);
    }
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
