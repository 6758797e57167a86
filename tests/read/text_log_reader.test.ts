import { describe, expect, test } from "vitest";
import type { Problem } from "../../lib/format/mod.ts";
import {
  inferZoneOffset,
  lockMomentKey,
  type LogRecord,
  type TextLogOptions,
  TextLogReader,
  textMessageLengthMax,
  zoneAnchors,
} from "../../lib/read/mod.ts";
import { bytesOf, chunksOf } from "./helpers.ts";

function read(
  data: string | Uint8Array,
  options: TextLogOptions = { offset_minutes: 0 },
  size = 9,
): { records: LogRecord[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const reader = new TextLogReader("t.log", (problem) => problems.push(problem), options);
  const bytes = typeof data === "string" ? bytesOf(data) : data;
  const records = chunksOf(bytes, size).flatMap((chunk) => reader.push(chunk));
  return { records: [...records, ...reader.finish()], problems };
}

describe("TextLogReader", () => {
  test("reads level, comma milliseconds and line numbers; local times become UTC", () => {
    const { records, problems } = read(
      "2025-11-15 20:14:55,829 [INFO] Initial session state\n" +
        "2025-11-15 20:14:56,001 [WARNING] careful\n" +
        "2025-11-15 20:14:57,000 [ERROR] bad\n",
      { offset_minutes: -480 },
    );
    expect(problems).toEqual([]);
    expect(records.map(({ time, level, message, line }) => [time, level, message, line])).toEqual([
      [Date.UTC(2025, 10, 16, 4, 14, 55, 829), "INFO", "Initial session state", 1],
      [Date.UTC(2025, 10, 16, 4, 14, 56, 1), "WARNING", "careful", 2],
      [Date.UTC(2025, 10, 16, 4, 14, 57), "ERROR", "bad", 3],
    ]);
  });

  test("lines without a time continue the message, blank ones inside it too", () => {
    const { records, problems } = read(
      "2025-11-15 20:14:55,829 [INFO] first\r\n  second\r\n\r\nthird\r\n\r\n" +
        "2025-11-15 20:14:56,829 [WARN] next\n",
    );
    expect(records.map(({ message, line }) => [message, line])).toEqual([
      ["first\n  second\n\nthird", 1],
      ["next", 6],
    ]);
    expect(problems).toEqual([]);
  });

  test("operation, queue entry and holder are filled in where the message states them", () => {
    const id = "e6824458-f207-4c23-93e6-84d7584a23a2";
    const messages = [
      `Queue entry ${id} registered for alert`,
      "Lock acquired for update",
      "Lock released for suggest",
      "Queue wait timeout for update; held by pid:12",
      "Lock timeout for alert; held by unknown",
      `Queue entry ${id} removed`,
      "Update command",
    ];
    const text = messages.map((message) => `2025-11-15 20:14:55,829 [INFO] ${message}\n`).join("");
    const { records } = read(text);
    expect(records.map(({ operation, extra }) => [operation, extra])).toEqual([
      ["alert", { lock_entry_id: id }],
      ["update", {}],
      ["suggest", {}],
      ["update", { holder: "pid:12" }],
      ["alert", { holder: "unknown" }],
      ["", { lock_entry_id: id }],
      ["", {}],
    ]);
    expect(records.every(({ event }) => event === null)).toBe(true);
  });

  test("an unknown zone is taken as UTC, said once", () => {
    const line = "2025-11-15 20:14:55,829 [INFO] x\n";
    const { records, problems } = read(line.repeat(3), {});
    expect(records[0]!.time).toBe(Date.UTC(2025, 10, 15, 20, 14, 55, 829));
    expect(problems).toMatchObject([{ kind: "assumed", lost: false }]);
  });

  test("a continuation without a start is shown alone", () => {
    const { records, problems } = read("lost start\n2025-11-15 20:14:55,829 [INFO] x\n");
    expect(records.map(({ message, time }) => [message, time === null])).toEqual([
      ["lost start", true],
      ["x", false],
    ]);
    expect(problems).toMatchObject([{ kind: "torn", lost: false, line: 1 }]);
  });

  test("an unknown level or an impossible time is reported, and the line shown", () => {
    const { records, problems } = read(
      "2025-11-15 20:14:55,829 [SHOUT] x\n2025-13-15 20:14:55,829 [INFO] y\n",
    );
    expect(records.map(({ message, time, extra }) => [message, time === null, extra])).toEqual([
      ["x", false, { level: "SHOUT" }],
      ["y", true, {}],
    ]);
    expect(problems.map(({ kind, line, lost }) => [kind, line, lost])).toEqual([
      ["wrong_shape", 1, false],
      ["wrong_shape", 2, false],
    ]);
  });

  test("invalid UTF-8 is shown as U+FFFD and reported", () => {
    const bytes = bytesOf("2025-11-15 20:14:55,829 [INFO] a#b\n");
    bytes[bytes.indexOf(35)] = 0xfe;
    const { records, problems } = read(bytes);
    expect(records[0]!.message).toBe("a\ufffdb");
    expect(problems).toMatchObject([{ kind: "not_utf8", line: 1, lost: false }]);
  });

  test("a message that goes on for ever is cut, visibly", () => {
    const more = `${"z".repeat(1000)}\n`;
    const lines = Math.ceil(textMessageLengthMax / 1000) + 50;
    const { records, problems } = read(
      `2025-11-15 20:14:55,829 [INFO] start\n${more.repeat(lines)}`,
      { offset_minutes: 0 },
      65_536,
    );
    expect(records).toHaveLength(1);
    expect(records[0]!.message.length).toBeLessThanOrEqual(textMessageLengthMax);
    expect(problems).toMatchObject([{ kind: "too_long", lost: true, line: 1 }]);
    expect(problems[0]!.count).toBeGreaterThan(0);
  });

  test("a line above the limit is skipped, visibly", () => {
    const { records, problems } = read(
      `2025-11-15 20:14:55,829 [INFO] ${"x".repeat(500)}\n2025-11-15 20:14:55,829 [INFO] y\n`,
      { offset_minutes: 0, lineBytesMax: 200 },
    );
    expect(records.map(({ message, line }) => [message, line])).toEqual([["y", 2]]);
    expect(problems).toMatchObject([{ kind: "too_long", lost: true, line: 1 }]);
  });
});

describe("inferZoneOffset", () => {
  const utc = Date.UTC(2025, 10, 16, 4, 14, 55);
  const at = (minutes: number, error = 0) => ({ local: utc + minutes * 60_000 + error, utc });

  test("rounds to 15 minutes, so that half-hour zones work", () => {
    expect(inferZoneOffset([at(-480, 829)])).toEqual({
      offset_minutes: -480,
      votes: 1,
      against: 0,
    });
    expect(inferZoneOffset([at(330, -900)])?.offset_minutes).toBe(330);
    expect(inferZoneOffset([at(345, 100)])?.offset_minutes).toBe(345);
    expect(Object.is(inferZoneOffset([at(0, -300)])?.offset_minutes, 0)).toBe(true);
  });

  test("the majority wins; anchors of no zone do not count", () => {
    expect(inferZoneOffset([at(60), at(-480), at(-480), at(7), at(5000)])).toEqual({
      offset_minutes: -480,
      votes: 2,
      against: 1,
    });
  });

  test("without an anchor there is no zone", () => {
    expect(inferZoneOffset([])).toBeUndefined();
    expect(inferZoneOffset([{ local: NaN, utc }])).toBeUndefined();
  });
});

describe("zoneAnchors", () => {
  test("finds a created session, the first state, and queue entries", () => {
    const id = "42267b3a-cb15-4e52-9a24-778d8ac6632a";
    const text = bytesOf(
      "2025-11-15 20:14:55,829 [INFO] Initial session state\n" +
        "2025-11-15 20:14:55,829 [INFO] Session created: ci-20251116T041455Z-c7d4\n" +
        "2025-11-15 20:14:55,900 [INFO] Session created: no-time-in-it\n" +
        `2025-11-15 20:22:51,305 [INFO] Queue entry ${id} registered for alert\n`,
    );
    const created = Date.UTC(2025, 10, 16, 4, 14, 55, 826);
    const requested = Date.UTC(2025, 10, 16, 4, 22, 51, 306);
    const moments = new Map([[lockMomentKey("lock_requested", id), requested]]);
    const anchors = zoneAnchors(text, { created, lock_events: moments });
    expect(anchors.map(({ utc }) => utc)).toEqual([
      created,
      Date.UTC(2025, 10, 16, 4, 14, 55),
      requested,
    ]);
    expect(inferZoneOffset(anchors)).toEqual({ offset_minutes: -480, votes: 3, against: 0 });
    expect(zoneAnchors(text, {})).toHaveLength(1);
  });
});
