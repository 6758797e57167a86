import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../helpers/cpu_time.ts";
import { bytesOf, logLine, readLog } from "./helpers.ts";

describe("createLogReader: valid lines", () => {
  test("every documented key is read, the others are in extra", () => {
    const line = logLine("Starting", 5, {
      level: "WARNING",
      session_id: "s",
      context: { task_id: 5 },
      duration_ms: 1.5,
      event: "lock_acquired",
      wait_ms: 3,
    });
    const { records, problems } = readLog(`${line}\n`);
    expect(problems).toEqual([]);
    expect(records).toEqual([{
      time: Date.UTC(2025, 10, 18, 8, 0, 5),
      level: "WARNING",
      operation: "update",
      trace_id: "tr_1",
      message: "Starting",
      duration_ms: 1.5,
      event: "lock_acquired",
      context: { task_id: 5 },
      extra: { session_id: "s", wait_ms: 3 },
      file: "log",
      line: 1,
    }]);
  });

  test("the Python planloop's lock events need neither level nor message", () => {
    const { records, problems } = readLog(
      '{"timestamp": "2026-11-22T14:43:25.345322+00:00", "event": "lock_requested", ' +
        '"trace_id": "tr_a", "operation": "update", "lock_entry_id": "e1", "wait_ms": null}\n',
    );
    expect(problems).toEqual([]);
    expect(records[0]).toMatchObject({
      time: Date.UTC(2026, 10, 22, 14, 43, 25, 345) + 0.322,
      level: "INFO",
      message: "",
      event: "lock_requested",
      extra: { lock_entry_id: "e1", wait_ms: null },
    });
  });

  test("levels of other names and cases are mapped", () => {
    const text = ["warn", "Fatal", "debug"].map((level) => logLine("x", 0, { level })).join("\n");
    const { records, problems } = readLog(text);
    expect(records.map(({ level }) => level)).toEqual(["WARNING", "CRITICAL", "DEBUG"]);
    expect(problems).toEqual([]);
  });

  test("every form of time is read as UTC", () => {
    const forms: [unknown, number][] = [
      ["2025-11-16T04:22:51.306742", Date.UTC(2025, 10, 16, 4, 22, 51, 306) + 0.742],
      ["2025-11-16T04:22:51", Date.UTC(2025, 10, 16, 4, 22, 51)],
      ["2025-11-16T04:22:51+05:30", Date.UTC(2025, 10, 15, 22, 52, 51)],
      ["2025-11-16T04:22:51+00:00", Date.UTC(2025, 10, 16, 4, 22, 51)],
      ["2025-11-16T04:22:51.5Z", Date.UTC(2025, 10, 16, 4, 22, 51, 500)],
      ["2025-11-16 04:22:51,829", Date.UTC(2025, 10, 16, 4, 22, 51, 829)],
      ["2025-11-16", Date.UTC(2025, 10, 16)],
      [1763266971, 1763266971000],
      ["1763266971123", 1763266971123],
    ];
    const text = forms.map(([timestamp]) => logLine("x", 0, { timestamp })).join("\n");
    const { records, problems } = readLog(text);
    expect(records.map(({ time }) => time)).toEqual(forms.map(([, time]) => time));
    expect(problems).toEqual([]);
  });

  test("CRLF, blank lines, a byte order mark and a missing last newline are no damage", () => {
    const text = `\ufeff${logLine("one")}\r\n\r\n   \n${logLine("two")}`;
    const { records, problems } = readLog(text);
    expect(records.map(({ message, line }) => [message, line])).toEqual([["one", 1], ["two", 4]]);
    expect(problems).toEqual([]);
  });

  test("a key called __proto__ is data", () => {
    const line = '{"timestamp":"2025-11-18T08:00:00Z","message":"m","__proto__":{"polluted":1},' +
      '"context":{"__proto__":{"polluted":2}}}';
    const { records } = readLog(line);
    const record = records[0]!;
    expect(Object.getPrototypeOf(record.extra)).toBe(Object.prototype);
    expect(JSON.stringify(record.extra)).toBe('{"__proto__":{"polluted":1}}');
    expect((record.context as { polluted?: number }).polluted).toBeUndefined();
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe("createLogReader: other shapes", () => {
  test("documented keys of another type stay in extra and are reported once a line", () => {
    const line = logLine("x", 0, {
      timestamp: "soon",
      level: "LOUD",
      message: 5,
      trace_id: 7,
      context: "c",
      duration_ms: "1",
    });
    const { records, problems } = readLog(line);
    expect(records[0]).toMatchObject({ time: null, level: "INFO", message: "", trace_id: null });
    expect(records[0]!.extra).toMatchObject({
      timestamp: "soon",
      level: "LOUD",
      message: 5,
      trace_id: 7,
      context: "c",
      duration_ms: "1",
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: "wrong_shape", lost: false, line: 1 });
    for (const key of ["timestamp", "level", "message", "trace_id", "context", "duration_ms"]) {
      expect(problems[0]!.reason).toContain(`${key} is `);
    }
  });

  test("JSON that is no object is shown as a message", () => {
    const { records, problems } = readLog(`[1,2]\n"text"\n${logLine("ok")}\n`);
    expect(records.map(({ message }) => message)).toEqual(["[1,2]", '"text"', "ok"]);
    expect(problems.map(({ kind, lost, line }) => [kind, lost, line])).toEqual([
      ["wrong_shape", false, 1],
      ["wrong_shape", false, 2],
    ]);
  });

  test("an unknown event is shown", () => {
    const { records, problems } = readLog(logLine("", 0, { event: "moon_landing" }));
    expect(records[0]!.event).toBe("moon_landing");
    expect(problems).toEqual([]);
  });

  test("nesting beyond the limit is left out, with a problem", () => {
    const deep = `${"[".repeat(3000)}${"]".repeat(3000)}`;
    const { records, problems } = readLog(`{"timestamp":1,"context":${deep}}\n${logLine("ok")}`);
    expect(records.map(({ message }) => message)).toEqual(["ok"]);
    expect(problems).toMatchObject([{ kind: "wrong_shape", lost: true, line: 1 }]);
  });

  test("many brackets in a string are not nesting", () => {
    const { records, problems } = readLog(logLine("[{".repeat(4000)), 1000);
    expect(records).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});

describe("createLogReader: damage", () => {
  test("a cut last line is torn, with its bytes and a preview", () => {
    const whole = `${logLine("one")}\n`;
    const cut = '{"timestamp":"2025-11-18T08:';
    const { records, problems } = readLog(whole + cut);
    expect(records).toHaveLength(1);
    expect(problems).toEqual([{
      file: "log",
      kind: "torn",
      reason: expect.stringContaining("cut off"),
      line: 2,
      lost: true,
      byte_start: whole.length,
      byte_end: whole.length + cut.length,
      preview: cut,
    }]);
  });

  test("two records glued together are both kept", () => {
    const text = `${logLine("one")}${logLine("two", 1)}\n${logLine("three", 2)}\n`;
    const { records, problems } = readLog(text);
    expect(records.map(({ message, line }) => [message, line])).toEqual([
      ["one", 1],
      ["two", 1],
      ["three", 2],
    ]);
    expect(problems).toMatchObject([{ kind: "torn", lost: false, line: 1 }]);
  });

  test("a torn tail glued to the next record loses only the tail", () => {
    const tail = logLine("héllo").slice(0, 80);
    const before = `${logLine("zero")}\n`;
    const { records, problems } = readLog(`${before}${tail}${logLine("kept", 1)}\n`);
    expect(records.map(({ message, line }) => [message, line])).toEqual([["zero", 1], ["kept", 2]]);
    const start = bytesOf(before).length;
    expect(problems).toMatchObject([{
      kind: "torn",
      lost: true,
      line: 2,
      byte_start: start,
      byte_end: start + bytesOf(tail).length,
      preview: tail,
    }]);
  });

  test("a timestamp inside of a torn record's context is not taken for a record", () => {
    const text = '{"timestamp":"2025-11-18T08:00:00Z","message":"m","context":{"inner":' +
      '{"timestamp":"2025-11-18T08:00:00Z"},"cut';
    const { records, problems } = readLog(text);
    expect(records).toEqual([]);
    expect(problems).toMatchObject([{ kind: "torn", lost: true }]);
  });

  test("NULs around a record, as after a crash of the machine, are skipped", () => {
    const { records, problems } = readLog(`${"\0".repeat(40)}${logLine("after")}\n`);
    expect(records.map(({ message }) => message)).toEqual(["after"]);
    expect(problems).toMatchObject([{ kind: "not_json", lost: false, line: 1 }]);
  });

  test("unescaped control characters are read", () => {
    const line = logLine("a-b").replace("a-b", "a\tb\u0001");
    const { records, problems } = readLog(line);
    expect(records[0]!.message).toBe("a\tb\u0001");
    expect(problems).toMatchObject([{ kind: "not_json", lost: false }]);
  });

  test("invalid UTF-8 is shown as U+FFFD, and only its line is reported", () => {
    const bytes = bytesOf(`${logLine("good")}\n${logLine("a#b")}\n${logLine("ü")}\n`);
    const at = bytes.indexOf("#".charCodeAt(0));
    bytes[at] = 0xff;
    const { records, problems } = readLog(bytes, 1000);
    expect(records.map(({ message }) => message)).toEqual(["good", "a\ufffdb", "ü"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: "not_utf8", lost: false, line: 2 });
    expect(problems[0]!.byte_start).toBeLessThan(at);
    expect(problems[0]!.byte_end).toBeGreaterThan(at);
  });

  test("a 5 MB line is read; one above the limit is reported and skipped", () => {
    const long = logLine("x".repeat(5_000_000));
    const whole = readLog(`${long}\n${logLine("next")}\n`, 262_144);
    expect(whole.records.map(({ message }) => message.length)).toEqual([5_000_000, 4]);
    expect(whole.problems).toEqual([]);
    const limited = readLog(`${long}\n${logLine("next")}\n`, 262_144, { lineBytesMax: 1 << 20 });
    expect(limited.records.map(({ message, line }) => [message, line])).toEqual([["next", 2]]);
    expect(limited.problems).toMatchObject([
      { kind: "too_long", lost: true, line: 1, byte_start: 0, byte_end: long.length + 1 },
    ]);
  });

  test("text that is no JSON is lost, with a short preview", () => {
    const { records, problems } = readLog(`${"y".repeat(5000)}\n`, 1000);
    expect(records).toEqual([]);
    expect(problems).toMatchObject([{ kind: "not_json", lost: true }]);
    expect(problems[0]!.preview!.length).toBeLessThanOrEqual(200);
  });

  test("a hostile line full of record starts takes no time", () => {
    const work = cpuMsOf(() => {
      expect(readLog('{"timestamp":'.repeat(100_000), 65_536).problems).toHaveLength(1);
    });
    expect(work).toBeLessThan(5000);
  });
});
