import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inflateRaw } from "../../../report/kernels/inflate.ts";

/** Bytes of all kinds: noise, long repetitions, text. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 4000 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 })).map(
    ([piece, times]) =>
      Uint8Array.from({ length: piece.length * times }, (_, i) => piece[i % piece.length]!),
  ),
  fc.array(fc.constantFrom("error", "Delivered webhook ", '{"id":', "ä€😀", "\n"), {
    maxLength: 800,
  })
    .map((words) => new TextEncoder().encode(words.join(""))),
);

describe("inflateRaw", () => {
  test("inflateRaw undoes node:zlib at every level and strategy", () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4 }), (
        bytes,
        level,
        strategy,
      ) => {
        const packed = deflateRawSync(bytes, { level, strategy });
        expect(Buffer.compare(inflateRaw(packed, bytes.length), bytes)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  test("inflateRaw reads several blocks of 1 MB and more", () => {
    const bytes = Buffer.from(
      Array.from({ length: 60_000 }, (_, i) => `line ${i * 7919 % 10_007} of the log\n`).join(""),
    );
    expect(bytes.length).toBeGreaterThan(1 << 20);
    expect(Buffer.compare(inflateRaw(deflateRawSync(bytes), bytes.length), bytes)).toBe(0);
  });

  test("inflateRaw refuses data of another size, saying both", () => {
    const packed = deflateRawSync(Buffer.from("hello"));
    expect(() => inflateRaw(packed, 6)).toThrow(/ends after 5 bytes, expected 6/);
    expect(() => inflateRaw(packed, 4)).toThrow(/more data than expected/);
  });

  test("inflateRaw refuses every truncation", () => {
    const bytes = Buffer.from("the quick brown fox jumps over the lazy dog ".repeat(20));
    const packed = deflateRawSync(bytes);
    for (let size = 0; size < packed.length; size++) {
      expect(() => inflateRaw(packed.subarray(0, size), bytes.length)).toThrow(RangeError);
    }
  });

  test("inflateRaw never reads or writes outside, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 2000 }),
        (bytes, size) => {
          try {
            expect(inflateRaw(bytes, size).length).toBe(size);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("inflateRaw survives flipped bits of real data", () => {
    const bytes = Buffer.from(
      JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ i, s: `n${i}` }))),
    );
    const packed = deflateRawSync(bytes);
    fc.assert(
      fc.property(fc.nat(packed.length * 8 - 1), (bit) => {
        const damaged = Uint8Array.from(packed);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        try {
          inflateRaw(damaged, bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
