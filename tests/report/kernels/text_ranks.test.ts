import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sortByColumn } from "../../../report/kernels/sort.ts";
import { rankTexts, type TextBlock } from "../../../report/kernels/text_ranks.ts";
import { WasmKernels } from "../../../report/kernels/wasm_kernels.ts";

const encoder = new TextEncoder();

/** Texts as a log's blocks hold them: each with its end, and with what may follow before the next. */
function blockOf(texts: readonly string[], rest: string): TextBlock {
  const starts = [0];
  const bytes: number[] = [];
  for (const text of texts) {
    bytes.push(...encoder.encode(text), 0xff, ...encoder.encode(rest));
    starts.push(bytes.length);
  }
  return { text: Uint8Array.from(bytes), starts: Uint32Array.from(starts) };
}

function compare(a: string, b: string): number {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return left.length - right.length;
}

/** Ranks by a plain sort. */
function naive(texts: readonly string[]): number[] {
  const distinct = [...new Set(texts)].sort(compare);
  const ranks = new Map(distinct.map((text, rank) => [text, rank]));
  return texts.map((text) => ranks.get(text)!);
}

const piece = fc.constantFrom(
  "",
  "a",
  "b",
  "\0",
  "~",
  "é",
  "漢",
  "😀",
  "Delivered webhook evt_",
  "7",
);
const anyText = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
const anyBlocks = (texts: number) =>
  fc.array(fc.array(anyText, { maxLength: texts }), { maxLength: 4 });

describe("rankTexts", () => {
  test("rankTexts equals a plain sort by bytes, over any blocks", () => {
    fc.assert(
      fc.property(anyBlocks(80), fc.constantFrom("", "{}\u0000x"), (blocks, rest) => {
        const ranks = rankTexts(blocks.map((texts) => blockOf(texts, rest)));
        expect([...ranks]).toEqual(naive(blocks.flat()));
      }),
      { numRuns: 600 },
    );
  });

  test("rankTexts equals a plain sort where there are enough texts for wide digits", () => {
    const texts = Array.from(
      { length: 20_000 },
      (_, i) => `Step ${i * 7919 % 9001} of ${i % 3 ? "the plan" : "Änderung"}${i % 5 ? "" : "\0"}`,
    );
    const half = texts.length / 2;
    const ranks = rankTexts([
      blockOf(texts.slice(0, half), "{}"),
      blockOf(texts.slice(half), "{}"),
    ]);
    expect([...ranks]).toEqual(naive(texts));
  });

  test("rankTexts lets rows be sorted both ways, equal messages in the order given", () => {
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        (texts, down) => {
          const rows = texts.map((_, i) => i).filter((i) => i % 3 !== 1);
          const ranks = rankTexts([blockOf(texts, "{}")]);
          const sorted = [...rows].sort((a, b) =>
            (down ? compare(texts[b]!, texts[a]!) : compare(texts[a]!, texts[b]!)) || a - b
          );
          expect([...sortByColumn(Uint32Array.from(rows), ranks, down)]).toEqual(sorted);
        },
      ),
    );
  });

  test("rankTexts stays inside of a text that has no end", () => {
    const damaged = { text: Uint8Array.of(98, 97), starts: Uint32Array.of(0, 1, 2) };
    expect([...rankTexts([damaged])]).toEqual([1, 0]);
    expect([...rankTexts([])]).toEqual([]);
  });
});

// `npm run build` compiles them from report/kernels/wasm.
const code = new Uint8Array(
  readFileSync(new URL("../../../report/generated/kernels.wasm", import.meta.url)),
);

/** Kernels that hold the blocks' texts, and the blocks as they lie there. */
function inKernels(
  blocks: readonly TextBlock[],
  rows = blocks.reduce((sum, { starts }) => sum + starts.length - 1, 0),
): { kernels: WasmKernels; held: TextBlock[] } {
  const sizes = blocks.map(({ text }) => text.length);
  const kernels = WasmKernels.start(code, { texts: sizes, other: 0, rows })!;
  const held = blocks.map(({ text, starts }, i) => ({
    text: kernels.inflateText(i, deflateRawSync(text), text.length)!,
    starts,
  }));
  return { kernels, held };
}

function expectSame(blocks: readonly TextBlock[]): void {
  const { kernels, held } = inKernels(blocks);
  expect(Buffer.compare(
    new Uint8Array(kernels.rankTexts(held)!.slice().buffer),
    new Uint8Array(rankTexts(blocks).buffer),
  )).toBe(0);
}

describe("WasmKernels.rankTexts", () => {
  test("WasmKernels.rankTexts gives the plain kernel's ranks, over any blocks", () => {
    fc.assert(
      fc.property(anyBlocks(80), fc.constantFrom("", "{}\u0000x"), (blocks, rest) => {
        expectSame(blocks.map((texts) => blockOf(texts, rest)));
      }),
      { numRuns: 600 },
    );
  });

  test("WasmKernels.rankTexts gives the plain kernel's ranks of any bytes, ends at every place", () => {
    const anyBytes = fc.array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(anyBytes, { maxLength: 60 }), (texts) => {
        const starts = [0];
        for (const text of texts) starts.push(starts.at(-1)! + text.length + 1);
        const text = Uint8Array.from(texts.flatMap((text) => [...text, 0xff]));
        expectSame([{ text, starts: Uint32Array.from(starts) }]);
      }),
      { numRuns: 600 },
    );
  });

  test("WasmKernels.rankTexts ranks many texts, in order, in reverse, equal, each other's starts", () => {
    const count = 3000;
    const orders = [
      (i: number) => String(i).padStart(9, "0"),
      (i: number) => String(count - i).padStart(9, "0"),
      () => "the same text in every line",
      (i: number) => "a".repeat(i * 7 % 211),
    ];
    for (const order of orders) {
      expectSame([blockOf(Array.from({ length: count }, (_, i) => order(i)), "{}")]);
    }
  });

  test("WasmKernels.rankTexts leaves texts that are not in its memory, have no end, or are too many", () => {
    const block = blockOf(["b", "a"], "{}");
    const { kernels, held } = inKernels([block]);
    expect([...kernels.rankTexts(held)!]).toEqual([1, 0]);
    expect(kernels.rankTexts([block])).toBeNull();
    expect(kernels.rankTexts([...held, ...held])).toBeNull();
    expect(kernels.rankTexts([{ ...held[0]!, text: held[0]!.text.subarray(0, 5) }])).toBeNull();
    expect([...kernels.rankTexts([])!]).toEqual([]);
  });
});
