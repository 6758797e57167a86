import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../lib/format/mod.ts";
import { createLogRowReader, type LogRow, unescapeInto } from "../../lib/read/mod.ts";
import { bytesOf, chunksOf, logLine, readLog } from "./helpers.ts";
import { anyLine, anyLineText } from "./log_rows.ts";

function readRows(data: Uint8Array, size: number): { rows: LogRow[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const reader = createLogRowReader("log", (problem) => problems.push(problem));
  const rows = chunksOf(data, size).flatMap((chunk) => reader.push(chunk));
  return { rows: [...rows, ...reader.finish()], problems };
}

/** What a recognised line's texts stand for. */
function textsOf(row: LogRow): { message: string; context: unknown; extra: unknown } | null {
  const { text } = row;
  if (text === null) return null;
  const decode = (start: number, end: number) =>
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      text.bytes.subarray(start, end),
    );
  const into = new Uint8Array(text.messageEnd - text.messageStart);
  const end = unescapeInto(text.bytes, text.messageStart, text.messageEnd, into, 0);
  const rest = decode(text.restStart, text.eventStart) + decode(text.eventEnd, text.end);
  return {
    message: new TextDecoder("utf-8", { ignoreBOM: true }).decode(into.subarray(0, end)),
    context: JSON.parse(decode(text.contextStart, text.contextEnd)),
    extra: JSON.parse(`{"session_id":${JSON.stringify(text.session)}${rest}`),
  };
}

describe("createLogRowReader", () => {
  test("gives the records and problems of createLogReader, whatever the lines", () => {
    let recognised = 0;
    let others = 0;
    fc.assert(
      fc.property(
        fc.array(anyLineText, { maxLength: 8 }),
        fc.constantFrom("\n", ""),
        fc.nat(2000).map((size) => size + 1),
        (lines, last, size) => {
          const data = bytesOf(lines.join("\n") + last);
          const expected = readLog(data, size);
          const { rows, problems } = readRows(data, size);
          expect(problems).toEqual(expected.problems);
          expect(rows.map((row) => row.record())).toEqual(expected.records);
          rows.forEach((row, index) => {
            const record = expected.records[index]!;
            const { time, level, operation, trace_id, duration_ms, event, file, line } = row;
            expect(record).toMatchObject({
              ...{ time, level, operation, trace_id, duration_ms, event, file, line },
              ...textsOf(row),
            });
            if (row.text === null) others++;
            else recognised++;
          });
        },
      ),
      { numRuns: 600 },
    );
    expect(recognised).toBeGreaterThan(150);
    expect(others).toBeGreaterThan(150);
  });

  test("recognises texts exactly where JSON.stringify would write them so", () => {
    fc.assert(
      fc.property(fc.array(anyLine, { minLength: 1, maxLength: 5 }), (lines) => {
        const data = bytesOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
        for (const row of readRows(data, data.length).rows) {
          if (row.text === null) continue;
          const { contextStart, contextEnd, bytes } = row.text;
          const context = new TextDecoder().decode(bytes.subarray(contextStart, contextEnd));
          expect(context).toBe(JSON.stringify(row.record().context));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("reads bytes that are no UTF-8 as createLogReader does", () => {
    fc.assert(
      fc.property(
        anyLineText,
        fc.nat(500),
        fc.integer({ min: 0x80, max: 0xff }),
        (line, at, byte) => {
          const data = bytesOf(`${line}\n${line}\n`);
          data[at % data.length] = byte;
          const expected = readLog(data, 100);
          const { rows, problems } = readRows(data, 100);
          expect(problems).toEqual(expected.problems);
          expect(rows.map((row) => row.record())).toEqual(expected.records);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("recognises what planloop writes, and nothing else", () => {
    const line = {
      ...{ timestamp: "2025-11-18T08:14:17.585Z", level: "WARNING", trace_id: "tr_1" },
      ...{ session_id: "demo", operation: "update", message: 'said "no"\n\u001b[0m', context: {} },
      ...{ duration_ms: 1.25, span_id: "ab", event: "lock_acquired", wait_ms: 3 },
    };
    const json = JSON.stringify(line);
    const isRecognised = (text: string) =>
      readRows(bytesOf(`${text}\n`), 1 << 16).rows[0]?.text !== null;
    expect(isRecognised(json)).toBe(true);
    expect(isRecognised(logLine("no session's id"))).toBe(false);
    for (
      const other of [
        json.replace(":", ": "),
        json.replace("1.25", "1.250"),
        json.replace("{}", "{ }"),
        json.replace("{}", '{"1":2}'),
        json.replace("{}", '{"a":1e3}'),
        json.replace("{}", '{"a":"\\u0041"}'),
        json.replace('"wait_ms"', '"message"'),
        json.replace(".585Z", "Z"),
        `${json} `,
      ]
    ) expect(isRecognised(other), other).toBe(false);
  });
});
