import { Buffer } from "node:buffer";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteOrderMark, decodeFile, decodeWide, encodeWide } from "../../lib/bundle/mod.ts";
import { type PageChunk, partBytesMax, sideFile, sideFileStart } from "../../templates/mod.ts";

const key = "0123456789abcdef";

function bytesOf(chunks: PageChunk[]): Buffer {
  return Buffer.concat([...sideFile(key, 6, chunks)]);
}

function write(chunks: PageChunk[]): string {
  return decodeFile(bytesOf(chunks));
}

/** Runs a file as a browser would, and gives what it called. */
function run(file: string): { calls: unknown[][]; data: unknown } {
  const calls: unknown[][] = [];
  runInNewContext(file, { planloopSide: (...call: unknown[]) => void calls.push(call) });
  const text = String(calls[0]?.[2]);
  return { calls, data: JSON.parse(text.slice(text.indexOf("/*") + 2, text.lastIndexOf("*/"))) };
}

describe("sideFile", () => {
  test("is one call with key, number and a function that does nothing", () => {
    const bytes = new Uint8Array([0, 255, 62, 63]);
    const { calls, data } = run(write([
      { kind: "header", inflatedBytes: 3, bytes },
      { kind: "section", name: "traces", inflatedBytes: 9, bytes },
      { kind: "columns", index: 12, inflatedBytes: 8, bytes: new Uint8Array(0) },
    ]));
    expect(calls.length).toBe(1);
    expect(calls[0]!.slice(0, 2)).toEqual([key, 6]);
    expect((calls[0]![2] as () => unknown)()).toBeUndefined();
    const text = decodeFile(Buffer.concat([byteOrderMark, encodeWide(bytes)]));
    expect(data).toEqual([
      ["header", 0, 3, text],
      ["section", "traces", 9, text],
      ["columns", 12, 8, ""],
    ]);
  });

  test("is the same where all pieces lie in the same memory", () => {
    const bytes = new Uint8Array(partBytesMax + 70_001).map((_, i) => i * 7);
    const chunks: PageChunk[] = [{ kind: "documents", index: 0, inflatedBytes: 5, bytes }];
    const pieces: Uint8Array[] = [];
    for (const piece of sideFile(key, 6, chunks, true)) pieces.push(piece.slice());
    expect(Buffer.concat(pieces).equals(bytesOf(chunks))).toBe(true);
  });

  test("holds any bytes, and nothing that could end its comment", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const file = write([{ kind: "documents", index: 0, inflatedBytes: bytes.length, bytes }]);
      expect(file.split("*/").length).toBe(2);
      const [[, , , text]] = run(file).data as [[string, number, number, string]];
      expect(decodeWide(text)).toEqual(Uint8Array.from(bytes));
    }));
  });

  test("cuts long chunks into pieces that are wide text of their own", () => {
    const bytes = new Uint8Array(partBytesMax + 1).map((_, i) => i * 7);
    const [[, , , ...pieces]] = run(write([{ kind: "text", index: 1, inflatedBytes: 5, bytes }]))
      .data as [[string, number, number, ...string[]]];
    expect(pieces.length).toBe(2);
    const whole = Buffer.concat(pieces.map(decodeWide));
    expect(whole.equals(bytes)).toBe(true);
  });

  test("begins as sideFileStart says", () => {
    expect(write([])).toMatch(/^planloopSide\("0123456789abcdef",6,/);
    const start = sideFileStart(key, 6);
    expect(bytesOf([]).subarray(0, start.length).equals(start)).toBe(true);
  });
});
