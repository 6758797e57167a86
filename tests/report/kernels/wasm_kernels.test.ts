import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inflateRaw } from "../../../report/kernels/inflate.ts";
import { prepareNeedle, searchBlock } from "../../../report/kernels/search.ts";
import { type KernelRoom, WasmKernels } from "../../../report/kernels/wasm_kernels.ts";

// `npm run build` compiles them from report/kernels/wasm.
const code = new Uint8Array(
  readFileSync(new URL("../../../report/generated/kernels.wasm", import.meta.url)),
);

function start(room: KernelRoom): WasmKernels {
  const kernels = WasmKernels.start(code, room);
  if (!kernels) throw new Error("the kernels do not start");
  return kernels;
}

const roomBytes = 1 << 20;
const kernels = start({ texts: [], other: roomBytes, rows: 0 });

/** Letters whose cases are odd: of other sizes, with several relatives; and plain ones. */
const letters = [
  ..."aAkKsSiIeE\u212a\u017f\u0131\u0130ßẞσςΣäÄåÅ\u212bµμΜⱥȺǅǆǄ𐐀𐐨ﬀ€😀жЖрР",
  ...'"{}:,0 ',
];
const anyText = (maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((all) => all.join(""));
const anyNeedle = fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 5 })
  .map((all) => all.join(""));

/** Few letters, so that matches are many; rows from empty to several times the kernel's stride. */
const denseRow = fc.tuple(
  fc.array(fc.constantFrom("a", "b", "ſ", "s", "K"), { maxLength: 90 }).map((all) => all.join("")),
  fc.oneof(anyText(40), fc.constant("{}")),
  anyText(4),
).chain((fields) => fc.integer({ min: 1, max: 3 }).map((count) => fields.slice(0, count)));
const anyRow = fc.oneof(
  denseRow,
  fc.tuple(anyText(60), fc.oneof(anyText(60), fc.constant("{}")), anyText(9), anyText(9)),
);

function block(rows: readonly (readonly string[])[]): { text: Uint8Array; starts: Uint32Array } {
  const encoder = new TextEncoder();
  const starts = [0];
  const bytes: number[] = [];
  for (const fields of rows) {
    fields.forEach((field, i) => {
      if (i > 0) bytes.push(0xff);
      bytes.push(...encoder.encode(field));
    });
    starts.push(bytes.length);
  }
  return { text: Uint8Array.from(bytes), starts: Uint32Array.from(starts) };
}

type Search = (
  ...args: Parameters<typeof searchBlock>
) => unknown;

function found(search: Search, text: Uint8Array, starts: Uint32Array, needle: string): number[] {
  const rows: number[] = [];
  const outcome = search(text, starts, prepareNeedle(needle), (row) => rows.push(row));
  expect(outcome).not.toBe(false);
  return rows;
}

const wasm: Search = (...args) => kernels.searchBlock(...args);

function expectEqual(text: Uint8Array, starts: Uint32Array, needle: string): number[] {
  const expected = found(searchBlock, text, starts, needle);
  expect(found(wasm, text, starts, needle)).toEqual(expected);
  return expected;
}

describe("WasmKernels.searchBlock", () => {
  test("WasmKernels.searchBlock finds what the plain kernel finds, in letters of all sizes", () => {
    let matched = 0;
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 12 }), anyNeedle, (rows, needle) => {
        const { text, starts } = block(rows);
        if (expectEqual(text, starts, needle).length > 0) matched += 1;
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(300);
  });

  test("WasmKernels.searchBlock finds needles cut from the text, in another case", () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 70 }),
        fc.boolean(),
        (rows, row, at, length, isUpper) => {
          const all = Array.from(rows[row % rows.length]!.join("\xff"));
          fc.pre(all.length > 0);
          const piece = all.slice(at % all.length, at % all.length + length).join("");
          const { text, starts } = block(rows);
          expectEqual(text, starts, isUpper ? piece.toUpperCase() : piece.toLowerCase());
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("WasmKernels.searchBlock finds what the plain kernel finds in any bytes", () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.constantFrom(0xff, 0x7b, 0x7d, 0x61, 0x41, 0xc5, 0xbf, 0xe2), { maxLength: 300 })
        .map((bytes) => Uint8Array.from(bytes)),
    );
    fc.assert(
      fc.property(
        anyBytes,
        fc.array(fc.nat(300), { maxLength: 12 }),
        fc.oneof(anyNeedle, fc.string({ unit: "binary", minLength: 1, maxLength: 2 })),
        (text, cuts, needle) => {
          const inside = cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b);
          expectEqual(text, Uint32Array.of(0, ...inside, text.length), needle);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("WasmKernels.searchBlock finds a match at every place, to the last byte", () => {
    for (const needle of ["b", "bc", "bcd", "ſb", "ſtraẞe"]) {
      const size = new TextEncoder().encode(needle).length;
      for (let before = 0; before < 70; before++) {
        for (const after of [0, 1, 31]) {
          const { text, starts } = block([[".".repeat(before) + needle + ".".repeat(after)]]);
          expect(expectEqual(text, starts, needle.toUpperCase())).toEqual([0]);
          // The needle is cut by the row's end, and goes on in the next row.
          if (size === 1) continue;
          const cut = Uint32Array.of(0, before + size - 1, text.length);
          expect(expectEqual(text, cut, needle)).toEqual([]);
        }
      }
    }
  });

  test("WasmKernels.searchBlock finds nothing in no rows, in empty ones, and in short ones", () => {
    expect(expectEqual(new Uint8Array(0), Uint32Array.of(0), "a")).toEqual([]);
    expect(expectEqual(new Uint8Array(0), Uint32Array.of(0, 0, 0), "a")).toEqual([]);
    const { text, starts } = block([["abc"], [""], ["ab"]]);
    expect(expectEqual(text, starts, "abcabcab")).toEqual([]);
    expect(expectEqual(text, starts, "abc".repeat(300))).toEqual([]);
  });

  test("WasmKernels.searchBlock searches nothing of what it was given before", () => {
    const long = block([["needle ".repeat(40)]]);
    const short = block([["need"], ["le"]]);
    expect(expectEqual(long.text, long.starts, "needle")).toEqual([0]);
    expect(expectEqual(short.text, short.starts, "needle")).toEqual([]);
  });

  test("WasmKernels.searchBlock finds all of 65,536 rows, and leaves larger blocks alone", () => {
    const starts = Uint32Array.from({ length: 65_537 }, (_, i) => i * 3);
    const text = Uint8Array.from({ length: 65_536 * 3 }, (_, i) => i % 3 === 1 ? 0x45 : 0x2e);
    expect(expectEqual(text, starts, "e").length).toBe(65_536);
    const needle = prepareNeedle("e");
    const more = Uint32Array.of(...starts.subarray(0, 100), ...starts);
    expect(kernels.searchBlock(text, more, needle, () => expect.unreachable())).toBe(false);
    const large = new Uint8Array(roomBytes * 2);
    const whole = Uint32Array.of(0, large.length);
    expect(kernels.searchBlock(large, whole, needle, () => expect.unreachable())).toBe(false);
    const long = prepareNeedle("e".repeat(5000));
    expect(kernels.searchBlock(text, starts, long, () => expect.unreachable())).toBe(false);
  });

  test("WasmKernels.searchBlock has room for every letter's cases", () => {
    const { text, starts } = block([["x"]]);
    for (let first = 0x20; first < 0x1_1000; first += 400) {
      let needle = "";
      for (let at = first; at < first + 400; at++) {
        if (at < 0xd800 || at > 0xdfff) needle += String.fromCodePoint(at);
      }
      if (needle) expect(expectEqual(text, starts, needle)).toEqual([]);
    }
  });
});

/** Bytes of all kinds: noise, repetitions near and far, text. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 4000 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 })).map(
    ([piece, times]) =>
      Uint8Array.from({ length: piece.length * times }, (_, i) => piece[i % piece.length]!),
  ),
  fc.array(fc.constantFrom("error", "Delivered webhook ", '{"id":', "ä€😀", "\n"), {
    maxLength: 800,
  }).map((words) => new TextEncoder().encode(words.join(""))),
);

/** The plain kernel's outcome; null where it refuses the data. */
function plainInflate(packed: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateRaw(packed, size);
  } catch {
    return null;
  }
}

function expectInflated(packed: Uint8Array, size: number): void {
  const expected = plainInflate(packed, size);
  const inflated = kernels.inflateOther(packed, size);
  expect(inflated === null).toBe(expected === null);
  if (expected) expect(Buffer.compare(inflated!, expected)).toBe(0);
}

describe("WasmKernels.inflateOther", () => {
  test("WasmKernels.inflateOther undoes node:zlib at every level and strategy", () => {
    fc.assert(
      fc.property(anyBytes, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4 }), (
        bytes,
        level,
        strategy,
      ) => {
        const packed = deflateRawSync(bytes, { level, strategy });
        const inflated = kernels.inflateOther(packed, bytes.length);
        expect(inflated && Buffer.compare(inflated, bytes)).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  test("WasmKernels.inflateOther takes codes of every length", () => {
    // Fibonacci's numbers as frequencies give the longest codes.
    const counts = [1, 1];
    while (counts.length < 24) counts.push(counts.at(-1)! + counts.at(-2)!);
    const bytes = Uint8Array.from(counts.flatMap((count, i) => Array(count).fill(i * 9 + 1)));
    for (let i = bytes.length - 1, seed = 1; i > 0; i--) {
      seed = Math.imul(seed, 48_271) >>> 0;
      const j = seed % (i + 1);
      [bytes[i], bytes[j]] = [bytes[j]!, bytes[i]!];
    }
    for (const strategy of [0, 2]) {
      expectInflated(deflateRawSync(bytes, { strategy }), bytes.length);
    }
  });

  test("WasmKernels.inflateOther takes matches from all distances", () => {
    const noise = Uint8Array.from({ length: 33_000 }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
    const pieces = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 255, 4000, 32_000].map((distance) =>
      noise.subarray(0, distance)
    );
    const bytes = Buffer.concat(pieces.flatMap((piece) => [piece, piece, piece]));
    expectInflated(deflateRawSync(bytes, { level: 9 }), bytes.length);
  });

  test("WasmKernels.inflateOther refuses what the plain kernel refuses: other sizes, cut data", () => {
    const bytes = Buffer.from("the quick brown fox jumps over the lazy dog ".repeat(30));
    const packed = deflateRawSync(bytes);
    for (const size of [0, 1, bytes.length - 1, bytes.length + 1, bytes.length * 2]) {
      expect(kernels.inflateOther(packed, size)).toBeNull();
    }
    for (let size = 0; size < packed.length; size++) {
      expect(kernels.inflateOther(packed.subarray(0, size), bytes.length)).toBeNull();
    }
    expectInflated(packed, bytes.length);
  });

  test("WasmKernels.inflateOther agrees with the plain kernel on flipped bits", () => {
    const bytes = Buffer.from(
      JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ i, s: `n${i * 7919 % 101}` }))),
    );
    const packed = deflateRawSync(bytes);
    fc.assert(
      fc.property(
        fc.array(fc.nat(packed.length * 8 - 1), { minLength: 1, maxLength: 3 }),
        (all) => {
          const damaged = Uint8Array.from(packed);
          for (const bit of all) damaged[bit >> 3]! ^= 1 << (bit & 7);
          expectInflated(damaged, bytes.length);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("WasmKernels.inflateOther agrees with the plain kernel on any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 0, max: 2000 }),
        (bytes, size) => expectInflated(bytes, size),
      ),
      { numRuns: 3000 },
    );
  });

  test("WasmKernels.inflateOther leaves what is too large for its room", () => {
    const bytes = new Uint8Array(roomBytes + 1);
    expect(kernels.inflateOther(deflateRawSync(bytes), bytes.length)).toBeNull();
    expect(kernels.inflateOther(new Uint8Array(roomBytes * 2), 10)).toBeNull();
  });
});

describe("WasmKernels.inflateText", () => {
  test("WasmKernels.inflateText keeps each block's text whole, whatever the others hold", () => {
    fc.assert(
      fc.property(fc.array(anyBytes, { minLength: 1, maxLength: 5 }), fc.nat(), (texts, seed) => {
        const own = start({ texts: texts.map((text) => text.length), other: 0, rows: 0 });
        const kept = texts.map((text, i) => own.inflateText(i, deflateRawSync(text), text.length)!);
        // Damaged data, and what says it has another size, writes into its own place only.
        const last = texts.length - 1;
        const damaged = Uint8Array.from(deflateRawSync(texts[last]!));
        for (let i = 0; i < damaged.length; i += 1 + seed % 7) damaged[i]! ^= seed & 0xff;
        own.inflateText(last, damaged, texts[last]!.length);
        expect(own.inflateText(last, damaged, texts[last]!.length + 1)).toBeNull();
        for (let i = 0; i < last; i++) expect(Buffer.compare(kept[i]!, texts[i]!)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  test("WasmKernels.inflateText puts text where a search need not copy it", () => {
    const { text, starts } = block([["Needle"], ["hay"], ["a NEEDLE"]]);
    const own = start({ texts: [100, text.length], other: 0, rows: 0 });
    const kept = own.inflateText(1, deflateRawSync(text), text.length)!;
    // Nothing of it fits the room for what is copied.
    const search: Search = (...args) => own.searchBlock(...args);
    expect(found(search, kept, starts, "needle")).toEqual([0, 2]);
    kept[0] = 0x6d;
    expect(found(search, kept, starts, "needle")).toEqual([2]);
  });
});

describe("WasmKernels.start", () => {
  test("WasmKernels.start gives nothing where the code cannot run", () => {
    expect(WasmKernels.start(Uint8Array.from(code, (byte, i) => i === 8 ? 99 : byte), {
      texts: [],
      other: 0,
      rows: 0,
    })).toBeNull();
    expect(WasmKernels.start(new Uint8Array(0), { texts: [], other: 0, rows: 0 })).toBeNull();
  });

  test("WasmKernels.start gives nothing for more text than addresses reach", () => {
    expect(WasmKernels.start(code, { texts: Array(5000).fill(1 << 20), other: 0, rows: 0 }))
      .toBeNull();
  });

  test("WasmKernels.start gives nothing where WebAssembly is missing", () => {
    const original = globalThis.WebAssembly;
    try {
      Reflect.deleteProperty(globalThis, "WebAssembly");
      expect(WasmKernels.start(code, { texts: [], other: 0, rows: 0 })).toBeNull();
    } finally {
      globalThis.WebAssembly = original;
    }
    expect(WasmKernels.start(code, { texts: [], other: 0, rows: 0 })).not.toBeNull();
  });
});
