import { expect, test } from "vitest";
import { createLogReader, createLogRowReader, TextLogReader } from "../../lib/read/mod.ts";
import type { Problem } from "../../lib/format/mod.ts";
import { bytesOf, logLine } from "./helpers.ts";

const before = { lines: 7, bytes: 1000 };

test("createLogReader: what stands before the first chunk counts in lines and bytes", () => {
  const problems: Problem[] = [];
  const reader = createLogReader("log", (problem) => problems.push(problem), { before });
  const records = [
    ...reader.push(bytesOf(`${logLine("one", 1)}\n{"timest\n`)),
    ...reader.push(bytesOf(`${logLine("two", 2)}\n`)),
    ...reader.finish(),
  ];
  expect(records.map(({ line }) => line)).toEqual([8, 10]);
  const start = 1000 + logLine("one", 1).length + 1;
  expect(problems).toMatchObject([{ line: 9, byte_start: start, byte_end: start + 8 }]);
});

test("TextLogReader: what stands before the first chunk counts in lines", () => {
  const reader = new TextLogReader("log", () => {}, { offset_minutes: 0, before });
  const lines = "2025-11-16 04:15:01,000 [INFO] one\n2025-11-16 04:15:02,000 [INFO] two\n";
  const records = [...reader.push(bytesOf(lines)), ...reader.finish()];
  expect(records.map(({ line }) => line)).toEqual([8, 9]);
});

test("LogRow.kept: the same row and record, with the memory of its own line", () => {
  const canonical = (message: string) =>
    `{"timestamp":"2025-11-18T08:00:01.000Z","level":"INFO","trace_id":"tr_1","session_id":"s",` +
    `"operation":"update","message":"${message}","context":{"a":1},"duration_ms":2.5,` +
    `"event":"lock_acquired","wait_ms":3}`;
  const text = `${canonical("one")}\n${canonical("two – zwei")}\n{"message":"other"}\n`;
  const reader = createLogRowReader("log", () => {});
  const rows = [...reader.push(bytesOf(text)), ...reader.finish()];
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    const kept = row.kept();
    expect(kept.record()).toEqual(row.record());
    const { time, level, operation, trace_id, duration_ms, event, file, line } = row;
    expect(kept).toMatchObject({
      ...{ time, level, operation, trace_id, duration_ms, event, file, line },
    });
  }
  const [, second, third] = rows;
  const whole = second!.text!;
  const own = second!.kept().text!;
  expect(own.bytes).toHaveLength(bytesOf(`${canonical("two – zwei")}\n`).length);
  const part = (text: typeof own, start: number, end: number) =>
    new TextDecoder().decode(text.bytes.subarray(start, end));
  for (
    const [from, to] of [
      ["start", "end"],
      ["messageStart", "messageEnd"],
      ["contextStart", "contextEnd"],
      ["eventStart", "eventEnd"],
      ["restStart", "end"],
    ] as const
  ) {
    expect(part(own, own[from], own[to]), from).toBe(part(whole, whole[from], whole[to]));
  }
  expect(own.session).toBe(whole.session);
  expect(third!.text).toBeNull();
  expect(third!.kept()).toBe(third);
});
