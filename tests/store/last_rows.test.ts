import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../lib/format/mod.ts";
import { createLogRowReader, type LogRow } from "../../lib/read/mod.ts";
import type { ReadHandle } from "../../lib/runtime/mod.ts";
import { lastRows } from "../../lib/store/last_rows.ts";
import { anyLineText } from "../read/log_rows.ts";
import { all, sessionWith } from "./fixtures.ts";

function handleOf(bytes: Uint8Array): ReadHandle {
  return {
    read: (start, length) => bytes.slice(start, start + length),
    readInto: (target, start) => {
      const part = bytes.subarray(start, start + target.length);
      target.set(part);
      return part.length;
    },
    size: () => bytes.length,
    isAt: () => true,
    close() {},
  };
}

/** Reads some lines of a log. */
function reading(problems: Problem[]) {
  return (lines: Uint8Array, before: { lines: number; bytes: number }): LogRow[] => {
    const reader = createLogRowReader("log", (problem) => problems.push(problem), { before });
    return [...reader.push(lines), ...reader.finish()];
  };
}

describe("lastRows", () => {
  test("gives the last of what a whole reading gives, whatever the lines and the blocks", () => {
    fc.assert(
      fc.property(
        fc.array(anyLineText, { maxLength: 12 }),
        fc.constantFrom("\n", ""),
        fc.nat(15),
        fc.integer({ min: 1, max: 700 }),
        fc.boolean(),
        (lines, last, count, blockBytes, onlyErrors) => {
          const bytes = new TextEncoder().encode(lines.join("\n") + last);
          const fits = onlyErrors ? (row: LogRow) => row.level === "ERROR" : undefined;
          const expected = reading([])(bytes, { lines: 0, bytes: 0 })
            .filter((row) => fits?.(row) ?? true);
          const handle = handleOf(bytes);
          const wanted = { count, fits };
          const found = lastRows(handle, bytes.length, wanted, reading([]), blockBytes)!;
          expect(found.map((row) => row.record()))
            .toEqual(
              expected.slice(Math.max(0, expected.length - count)).map((row) => row.record()),
            );
        },
      ),
      { numRuns: 500 },
    );
  });

  test("what is damaged is told with its line and bytes", () => {
    const text = '{"message":"a"}\n{"message":"b"}\n{"mess\n{"message":"c"}\n';
    const bytes = new TextEncoder().encode(text);
    const problems: Problem[] = [];
    const rows = lastRows(handleOf(bytes), bytes.length, { count: 2 }, reading(problems), 20)!;
    expect(rows.map(({ line }) => line)).toEqual([2, 4]);
    const torn = problems.filter(({ kind }) => kind === "torn");
    expect(torn).toMatchObject([{ line: 3, byte_start: 32, byte_end: 38 }]);
  });

  test("reads no more of a long log than it needs", () => {
    const bytes = new TextEncoder().encode('{"message":"x"}\n'.repeat(10_000));
    let parsed = 0;
    const read = reading([]);
    lastRows(handleOf(bytes), bytes.length, { count: 5 }, (lines, before) => {
      parsed += lines.length;
      return read(lines, before);
    }, 1000);
    expect(parsed).toBeLessThanOrEqual(1000);
  });

  test("an aborted signal stops it with its reason", () => {
    const bytes = new TextEncoder().encode("{}\n");
    const wanted = { count: 1, signal: AbortSignal.abort(new Error("enough")) };
    expect(() => lastRows(handleOf(bytes), 3, wanted, reading([]))).toThrow("enough");
  });
});

describe("StoredSession.lastLogRows", () => {
  const entry = (second: number) =>
    `{"timestamp":"2025-11-16T04:15:0${second}Z","message":"${second}"}\n`;

  test("is the end of all logs together, with and without a text log", async () => {
    const tree = {
      "logs/planloop.1.jsonl": entry(1) + entry(4) + entry(5),
      "logs/planloop.jsonl": entry(2) + entry(3) + entry(6),
    };
    const text = { "logs/planloop.log": "2025-11-16 04:15:07,000 [INFO] 7\n  more\n" };
    for (const session of [sessionWith(tree), sessionWith({ ...tree, ...text })]) {
      const rows = await all(session.logRows());
      for (let count = 0; count <= rows.length + 1; count++) {
        const last = await session.lastLogRows({ count });
        const expected = rows.slice(Math.max(0, rows.length - count));
        expect(last.map((row) => row.record())).toEqual(expected.map((row) => row.record()));
      }
    }
  });

  test("ends where it is told to", async () => {
    const session = sessionWith({ "logs/planloop.jsonl": entry(1) + entry(2) + entry(3) });
    const ends = new Map([["logs/planloop.jsonl", entry(1).length * 2]]);
    const rows = await session.lastLogRows({ count: 1, ends });
    expect(rows.map(({ line }) => line)).toEqual([2]);
  });
});
