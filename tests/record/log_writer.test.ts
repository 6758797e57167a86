import process from "node:process";
import { describe, expect, test } from "vitest";
import {
  check,
  lockEventSchema,
  logLineSchema,
  metricSchema,
  validationEventSchema,
} from "../../lib/format/mod.ts";
import {
  messageLengthMax,
  reopenDelayMs,
  runSpan,
  runTrace,
  sampleMemory,
  validationIssuesMax,
  writeLockEvent,
  writeLog,
  writeMetric,
  writeValidationEvent,
} from "../../lib/record/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { desk, folder } from "./fixture.ts";

const log = "logs/planloop.jsonl";

describe("writeLog", () => {
  test("writes the documented keys in the documented order", () => {
    const { recorder, text, lines } = desk();
    writeLog(recorder, { level: "INFO", message: 'a\n"b" ü', context: { n: 1 }, duration_ms: 2.5 });
    expect(text(log)).toBe(
      '{"timestamp":"2025-11-18T08:14:17.585Z","level":"INFO","trace_id":null,"session_id":"s",' +
        '"operation":"session","message":"a\\n\\"b\\" ü","context":{"n":1},"duration_ms":2.5}\n',
    );
    expect(check(logLineSchema, lines(log)[0])).toEqual([]);
  });

  test("takes trace, span and operation from the present flow", () => {
    const { recorder, lines } = desk();
    runTrace(recorder, "suggest", (trace) => {
      writeLog(recorder, { level: "DEBUG", message: "in" });
      expect(lines(log)[0]).toMatchObject({ trace_id: trace.id, operation: "suggest" });
    });
    const other = desk();
    runTrace(
      other.recorder,
      "elsewhere",
      () => writeLog(recorder, { level: "INFO", message: "x" }),
    );
    expect(lines(log)[1]).toMatchObject({ trace_id: null, operation: "session" });
  });

  test("redacts message and context", () => {
    const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789";
    const { recorder, text } = desk();
    writeLog(recorder, { level: "INFO", message: `key ${secret}`, context: { deep: [secret] } });
    writeLog(recorder, { level: "INFO", message: "x", context: { password: "hunter2hunter2" } });
    expect(text(log)).not.toContain(secret);
    expect(text(log)).not.toContain("hunter2");
    expect(text(log)).toContain("[REDACTED:");
  });

  test("survives values that throw, and durations that are no numbers", () => {
    const { recorder, lines } = desk();
    const context = {
      get bad(): never {
        throw new Error("no");
      },
    };
    writeLog(recorder, {
      level: "INFO",
      message: 5 as unknown as string,
      context,
      duration_ms: NaN,
    });
    expect(check(logLineSchema, lines(log)[0])).toEqual([]);
    expect(lines(log)[0]).toMatchObject({ message: "5", duration_ms: null });
  });

  test("hides a number that is a secret of the environment, wherever it stands", () => {
    const redact = createRedactor({ env: { PIN_TOKEN: "123456789012" } });
    const { recorder, text, files } = desk({ redact });
    const context = { order: 123456789012, list: [1, 123456789012] };
    writeLog(recorder, { level: "INFO", message: "x", context });
    runTrace(recorder, "op", () => runSpan(recorder, "s", context, () => 1));
    writeMetric(recorder, "a.b", 1, context);
    expect(files()).toHaveLength(3);
    for (const file of files()) {
      expect(text(file)).toContain("[REDACTED:env:");
      expect(text(file)).not.toContain("123456789012");
    }
  });

  test("a line may be written while another is, by what its values do", () => {
    const { recorder, lines } = desk();
    const context = {
      get first(): string {
        writeLog(recorder, { level: "ERROR", message: "inner", context: { deep: "inner" } });
        writeMetric(recorder, "inner", 1);
        return "value";
      },
      second: 2,
    };
    writeLog(recorder, { level: "INFO", message: "outer", context });
    writeMetric(recorder, "outer", 2, context);
    writeLog(recorder, { level: "INFO", message: "after" });
    const said = lines(log).map(({ level, message, context }) => [level, message, context]);
    const inner = ["ERROR", "inner", { deep: "inner" }];
    const outer = { first: "value", second: 2 };
    expect(said).toEqual([inner, ["INFO", "outer", outer], inner, ["INFO", "after", {}]]);
    const metrics = lines("logs/performance.jsonl").map(({ metric, tags }) => [metric, tags]);
    expect(metrics).toEqual([["inner", {}], ["inner", {}], ["outer", outer]]);
  });

  test("each line has its own beginning, whatever the last one's was", () => {
    const { recorder, runtime, lines } = desk();
    const entries = [];
    for (let count = 0; count < 40; count += 1) {
      const entry = {
        level: count % 3 === 0 ? "INFO" as const : "DEBUG" as const,
        message: "m".repeat(count % 11),
        operation: "operation".slice(0, 1 + count % 7),
        trace_id: count % 5 === 0 ? null : `t${count % 2}`,
      };
      if (count % 4 === 0) runtime.advance(count * 997);
      writeLog(recorder, entry);
      const timestamp = new Date(runtime.clock.now()).toISOString();
      entries.push({ timestamp, session_id: "s", context: {}, duration_ms: null, ...entry });
    }
    expect(lines(log)).toEqual(entries);
  });

  test("a line of a megabyte is followed by ordinary ones", () => {
    const { recorder, lines } = desk();
    const texts = Array.from({ length: 40 }, () => "ü€".repeat(8000));
    writeLog(recorder, { level: "INFO", message: "€".repeat(200_000), context: { texts } });
    writeLog(recorder, { level: "INFO", message: "next" });
    expect(lines(log)[0]).toMatchObject({ message: "€".repeat(200_000), context: { texts } });
    expect(lines(log)[1]).toMatchObject({ message: "next", context: {} });
  });

  test("seals the half line that a killed process left behind", () => {
    const { recorder, runtime, text } = desk();
    runtime.files.createDirectory(`${folder}/logs`);
    runtime.files.writeFileAtomic(`${folder}/${log}`, '{"timestamp":"x"}\n{"timest');
    writeLog(recorder, { level: "INFO", message: "next" });
    const lines = text(log).split("\n");
    expect(lines[1]).toBe('{"timest');
    expect(JSON.parse(lines[2]!)).toMatchObject({ message: "next" });
  });

  test("a full disk is said once, counted, and told in the log when it works again", () => {
    const { recorder, runtime, text } = desk();
    writeLog(recorder, { level: "INFO", message: "before" });
    runtime.files.fail({ operation: "write", code: "ENOSPC", times: 2, writtenBytes: 10 });
    expect(() => writeLog(recorder, { level: "INFO", message: "lost 1" })).not.toThrow();
    writeLog(recorder, { level: "INFO", message: "lost 2" });
    writeLog(recorder, { level: "INFO", message: "after" });
    expect(runtime.process.warnings).toHaveLength(1);
    expect(runtime.process.warnings[0]).toContain("ENOSPC");
    const whole = text(log).trimEnd().split("\n").flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
    expect(whole.map(({ message }) => message)).toEqual([
      "before",
      "after",
      "Recording works again: 2 record(s) were lost",
    ]);
    expect(whole[2]).toMatchObject({ event: "recorder_recovered", context: { lost: 2 } });
    expect(recorder.failures.lostTotal).toBe(2);
  });

  test("a file that cannot be opened is tried again, but not for every line", () => {
    const { recorder, runtime, lines } = desk();
    runtime.files.fail({ operation: "openAppend", code: "EACCES" });
    for (let count = 0; count < 50; count += 1) {
      writeLog(recorder, { level: "INFO", message: "lost" });
    }
    expect(runtime.files.calls("openAppend")).toBe(1);
    runtime.files.clearFaults();
    runtime.advance(reopenDelayMs + 1);
    writeLog(recorder, { level: "INFO", message: "works" });
    expect(lines(log).map(({ message }) => message)).toContain("works");
    expect(lines(log)[1]).toMatchObject({ context: { lost: 50 } });
  });
});

test("writeLockEvent writes each event of a request, and keeps track of what is held", () => {
  const { recorder, lines } = desk();
  const request = { lock_entry_id: "e", operation: "update", agent: "pid:1" };
  writeLockEvent(recorder, { ...request, event: "lock_requested" });
  writeLockEvent(recorder, { ...request, event: "lock_acquired", wait_ms: 1.23456 });
  expect([...recorder.heldLocks.keys()]).toEqual(["e"]);
  writeLockEvent(recorder, { ...request, event: "lock_released", hold_ms: 2 });
  expect(recorder.heldLocks.size).toBe(0);
  writeLockEvent(recorder, { ...request, event: "lock_timeout", wait_ms: 3, holder: "pid:2" });
  writeLockEvent(recorder, { ...request, event: "lock_broken", holder: "pid:2" });
  for (const line of lines(log)) {
    expect(check(lockEventSchema, { ...line, lock_entry_id: crypto.randomUUID() })).toEqual([]);
  }
  expect(lines(log)[1]).toMatchObject({ wait_ms: 1.235 });
  expect(lines(log)[0]).not.toHaveProperty("wait_ms");
  expect(lines(log).map(({ level }) => level).slice(3)).toEqual(["WARNING", "WARNING"]);
});

test("writeValidationEvent lists the issues up to its limit, and says how many are left out", () => {
  const { recorder, lines } = desk();
  const issue = {
    path: "tasks[4].status",
    expected: "a status",
    found: "x",
    message: "Bad status",
  };
  writeValidationEvent(recorder, "state.json", Array(validationIssuesMax + 5).fill(issue));
  expect(check(validationEventSchema, lines(log)[0])).toEqual([]);
  expect(lines(log)[0]).toMatchObject({
    event: "validation_failed",
    context: { issues_left_out: 5 },
  });
});

test("writeLog cuts texts of 100 MB, in a time that does not grow with them", () => {
  const { recorder, lines, runtime } = desk();
  const huge = "one line and a password: ".repeat(4 * 1024 * 1024);
  expect(huge.length).toBeGreaterThan(100e6);
  const before = process.cpuUsage();
  writeLog(recorder, { level: "INFO", message: huge, context: { huge, list: [huge, huge] } });
  runTrace(recorder, huge, () => runSpan(recorder, huge, { huge }, () => {}));
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(5);
  const [line] = lines(log);
  expect(check(logLineSchema, line)).toEqual([]);
  expect(String(line!["message"])).toMatch(/^one line and .*…\(\d+ more\)$/);
  expect(String(line!["message"]).length).toBeLessThan(messageLengthMax + 100);
  expect(JSON.stringify(line).length).toBeLessThan(1e6);
  expect(runtime.process.warnings).toEqual([]);
  expect(recorder.failures.lostTotal).toBe(0);
});

test("writeMetric writes numbers, and refuses what is none", () => {
  const { recorder, lines, runtime } = desk();
  writeMetric(recorder, "queue.depth", 3, { queue: "a" });
  writeMetric(recorder, "queue.depth", NaN);
  sampleMemory(recorder);
  const metrics = lines("logs/performance.jsonl");
  expect(metrics.map(({ metric }) => metric)).toEqual([
    "queue.depth",
    "memory.rss_mb",
    "memory.heap_used_mb",
  ]);
  for (const metric of metrics) expect(check(metricSchema, metric)).toEqual([]);
  expect(metrics[1]).toMatchObject({ value: 50 });
  expect(runtime.process.warnings[0]).toContain("NaN");
});

test("writeMetric writes the documented keys in the documented order", () => {
  const { recorder, text } = desk();
  writeMetric(recorder, 'queue "ü"', -0.5, { queue: "a", deep: [null, true] });
  writeMetric(recorder, "plain", -0);
  runTrace(recorder, "op", (trace) => {
    writeMetric(recorder, "in", 1e21);
    const head = '{"timestamp":"2025-11-18T08:14:17.585Z","metric":';
    expect(text("logs/performance.jsonl").split("\n")).toEqual([
      `${head}"queue \\"ü\\"","value":-0.5,"tags":{"queue":"a","deep":[null,true]}}`,
      `${head}"plain","value":0,"tags":{}}`,
      `${head}"in","value":1e+21,"tags":{},"trace_id":"${trace.id}"}`,
      "",
    ]);
  });
});

test("writeMetric never throws, whatever its name, value or tags are", () => {
  const { recorder, lines, runtime } = desk();
  const bad = [Symbol("no"), 5n, undefined, null, () => 1] as unknown as number[];
  for (const value of bad) writeMetric(recorder, "a", value);
  expect(recorder.failures.lostTotal).toBe(5);
  expect(runtime.process.warnings).toHaveLength(1);
  for (const name of bad as unknown as string[]) writeMetric(recorder, name, 1);
  writeMetric(recorder, "n".repeat(1e6), 1, null as unknown as Record<string, unknown>);
  const written = lines("logs/performance.jsonl");
  expect(written.map(({ metric }) => metric).slice(0, 5)).toEqual(
    ["[Symbol(no)]", "5n", "[undefined]", "null", "[function anonymous]"],
  );
  expect(written[5]).toMatchObject({ metric: expect.stringContaining("more)"), tags: {} });
  for (const metric of written) expect(check(metricSchema, metric)).toEqual([]);
});

test("nothing is written where recording is off", () => {
  const { recorder, runtime } = desk({ recording: false });
  writeLog(recorder, { level: "INFO", message: "x" });
  writeMetric(recorder, "a.b", 1);
  runTrace(recorder, "op", () => 1);
  expect(runtime.files.paths()).toEqual([]);
});
