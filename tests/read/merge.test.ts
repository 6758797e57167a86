import fc from "fast-check";
import { expect, test } from "vitest";
import {
  emptyLogRecord,
  type LogRecord,
  mergedBatchRecords,
  mergeLogs,
} from "../../lib/read/mod.ts";

function record(file: string, line: number, time: number | null): LogRecord {
  return { ...emptyLogRecord(file, line), time };
}

async function* batches(records: LogRecord[], size: number): AsyncGenerator<LogRecord[]> {
  for (let at = 0; at < records.length; at += size) {
    await Promise.resolve();
    yield records.slice(at, at + size);
    yield [];
  }
}

async function merged(logs: LogRecord[][], size = 2): Promise<string[]> {
  const out: string[] = [];
  for await (const batch of mergeLogs(logs.map((log) => batches(log, size)))) {
    for (const { file, line } of batch) out.push(`${file}${line}`);
  }
  return out;
}

test("mergeLogs: orders by time, the first log first where times are equal", async () => {
  const a = [record("a", 1, 10), record("a", 2, 30), record("a", 3, 30)];
  const b = [record("b", 1, 10), record("b", 2, 20), record("b", 3, 40)];
  expect(await merged([a, b])).toEqual(["a1", "b1", "b2", "a2", "a3", "b3"]);
  expect(await merged([])).toEqual([]);
  expect(await merged([[], a, []])).toEqual(["a1", "a2", "a3"]);
});

test("mergeLogs: a record without a time stays behind the one before it", async () => {
  const a = [record("a", 1, 10), record("a", 2, null), record("a", 3, 50)];
  const b = [record("b", 1, 20), record("b", 2, 60)];
  expect(await merged([a, b])).toEqual(["a1", "a2", "b1", "a3", "b2"]);
});

test("mergeLogs: property: keeps each log's order, loses nothing, and sorts sorted logs", async () => {
  const log = fc.array(fc.option(fc.nat(50), { freq: 6 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.array(log, { maxLength: 4 }), fc.integer({ min: 1, max: 7 }), async (
      times,
      size,
    ) => {
      const logs = times.map((list, index) =>
        list.map((time, at) => record(String.fromCharCode(97 + index), at + 1, time))
      );
      const out = await merged(logs, size);
      for (const own of logs) {
        const names = own.map(({ file, line }) => `${file}${line}`);
        expect(out.filter((name) => names.includes(name))).toEqual(names);
      }
      expect(out).toHaveLength(logs.flat().length);
      const sorted = logs.map((own) =>
        own.filter(({ time }) => time !== null).sort((x, y) => x.time! - y.time!)
      );
      const all: number[] = [];
      for await (const batch of mergeLogs(sorted.map((own) => batches(own, size)))) {
        expect(batch.length).toBeLessThanOrEqual(mergedBatchRecords);
        for (const { time } of batch) all.push(time!);
      }
      expect(all).toEqual([...all].sort((x, y) => x - y));
    }),
    { numRuns: 100 },
  );
});

test("mergeLogs: closes every log when the reader stops early", async () => {
  const closed: string[] = [];
  const source = async function* (name: string): AsyncGenerator<LogRecord[]> {
    try {
      for (let line = 1;; line++) yield [record(name, line, line)];
    } finally {
      closed.push(name);
    }
  };
  for await (const batch of mergeLogs([source("a"), source("b")])) {
    expect(batch).toHaveLength(mergedBatchRecords);
    break;
  }
  expect(closed.sort()).toEqual(["a", "b"]);
});
