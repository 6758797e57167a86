import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type LineBlock, LineSplitter } from "../../lib/read/mod.ts";
import { bytesOf, chunksOf } from "./helpers.ts";

function split(bytes: Uint8Array, size: number, lengthMax?: number): LineBlock[] {
  const splitter = new LineSplitter(lengthMax);
  const blocks = chunksOf(bytes, size).flatMap((chunk) => splitter.push(chunk));
  return [...blocks, ...splitter.finish()];
}

describe("LineSplitter", () => {
  test("gives whole lines and the last one without a newline", () => {
    const splitter = new LineSplitter();
    const [first] = splitter.push(bytesOf("one\ntwo\nth"));
    expect(new TextDecoder().decode(first!.bytes!)).toBe("one\ntwo\n");
    expect([first!.start, first!.end]).toEqual([0, 8]);
    expect(splitter.push(bytesOf("re"))).toEqual([]);
    const [last] = splitter.finish();
    expect(new TextDecoder().decode(last!.bytes!)).toBe("thre");
    expect([last!.start, last!.end]).toEqual([8, 12]);
    expect(splitter.finish()).toEqual([]);
  });

  test("an empty file has no block", () => {
    expect(split(new Uint8Array(), 4)).toEqual([]);
  });

  test("a line longer than the limit is skipped, its neighbours are not", () => {
    const text = `ab\n${"x".repeat(50)}\ncd\n`;
    for (const size of [1, 3, 7, 100]) {
      const blocks = split(bytesOf(text), size, 10);
      const skipped = blocks.filter(({ bytes }) => bytes === null);
      expect(skipped.map(({ start, end }) => [start, end])).toEqual([[3, 54]]);
      expect(skipped[0]!.preview.startsWith("x")).toBe(true);
      const kept = blocks.flatMap(({ bytes }) => bytes ? [new TextDecoder().decode(bytes)] : []);
      expect(kept.join("")).toBe("ab\ncd\n");
    }
  });

  test("a too long line at the end of the file is skipped, too", () => {
    const blocks = split(bytesOf(`a\n${"x".repeat(50)}`), 6, 10);
    expect(blocks.at(-1)).toMatchObject({ bytes: null, start: 2, end: 52 });
  });

  test("property: blocks in order are the file, wherever the chunks are cut", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.map((byte) => byte % 4 ? byte : 10)),
        fc.integer({ min: 1, max: 40 }),
        (bytes, size) => {
          const blocks = split(bytes, size);
          let at = 0;
          for (const block of blocks) {
            expect(block.start).toBe(at);
            expect([...block.bytes!]).toEqual([...bytes.subarray(block.start, block.end)]);
            at = block.end;
          }
          expect(at).toBe(bytes.length);
          for (const block of blocks.slice(0, -1)) expect(block.bytes!.at(-1)).toBe(10);
        },
      ),
      { numRuns: 200 },
    );
  });
});
