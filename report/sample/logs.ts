/**
 * The sample's log: 1,500 lines, held in memory behind the same interface as a real payload's.
 *
 * @module
 */

import type {
  LogColumns,
  LogPatterns,
  LogSource,
  SearchResult,
} from "../../lib/bundle/data_source.ts";
import { fieldSeparator } from "../../lib/bundle/log_block.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import { type Level, levels, type Trace } from "../../lib/format/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { plainJson, plainText } from "../kernels/ansi.ts";
import { foldText } from "../kernels/fold.ts";
import { PatternTable } from "../kernels/patterns.ts";
import { rankTexts } from "../kernels/text_ranks.ts";
import { at, randomNumbers } from "./clock.ts";
import { bidi, closers, coloured, controls, longWord, printedStack, scriptTag } from "./hostile.ts";
import { sampleLocks } from "./locks.ts";
import { sampleSessionId } from "./session.ts";
import { ids } from "./traces.ts";

/** How many lines the sample's log has. */
export const sampleLogRows = 1_500;

const words: [Level, string][] = [
  ["DEBUG", "Read state.json version %n"],
  ["DEBUG", "Poll %n of the event queue"],
  ["INFO", "Delivered webhook evt_%n"],
  ["INFO", "Task %n is next"],
  ["INFO", "Saved the state, version %n"],
  ["INFO", "Delivered webhook evt_%n"],
  ["WARNING", "Retry %n of 5 after a 429"],
  ["ERROR", "Delivery of evt_%n failed: 503"],
];

function line(
  time_ms: number,
  level: Level,
  operation: string,
  trace_id: string | null,
  message: string,
): LogRecord {
  return {
    time: at(time_ms),
    level,
    operation,
    trace_id,
    message,
    duration_ms: null,
    event: null,
    context: {},
    extra: { session_id: sampleSessionId },
    file: "logs/planloop.jsonl",
    line: 0,
  };
}

function traceLines(traces: Trace[]): LogRecord[] {
  return traces.flatMap((trace) => {
    const start = Date.parse(trace.started_at) - at(0);
    const began = line(start, "INFO", trace.operation, trace.trace_id, `Began ${trace.operation}`);
    if (trace.duration_ms === null) return [began];
    const failed = trace.error !== null;
    const ended = line(
      start + trace.duration_ms,
      failed ? "ERROR" : "INFO",
      trace.operation,
      trace.trace_id,
      failed ? `${trace.operation} failed: ${trace.error?.message}` : `Finished ${trace.operation}`,
    );
    return [began, {
      ...ended,
      duration_ms: trace.duration_ms,
      context: { spans: trace.spans.length },
    }];
  });
}

function lockLines(): LogRecord[] {
  return sampleLocks().flatMap((lock) => {
    const event = (
      time: number | null,
      name: string,
      extra: Record<string, unknown>,
    ): LogRecord[] =>
      time === null ? [] : [{
        ...line(time - at(0), "INFO", lock.operation, lock.trace_id, name.replace("_", " ")),
        event: name,
        extra: {
          session_id: sampleSessionId,
          lock_entry_id: lock.lock_entry_id,
          agent: lock.agent,
          ...extra,
        },
      }];
    return [
      ...event(lock.requested, "lock_requested", {}),
      ...event(lock.acquired, "lock_acquired", { wait_ms: lock.wait_ms }),
      ...event(lock.released, "lock_released", { hold_ms: lock.hold_ms }),
    ];
  });
}

function special(): LogRecord[] {
  return [
    line(
      300_010,
      "CRITICAL",
      scriptTag,
      ids.hostile,
      `${scriptTag} ${closers} ${bidi} ${controls}`,
    ),
    {
      ...line(300_020, "WARNING", "update", ids.hostile, longWord),
      context: { [scriptTag]: closers, deep: { a: [1, { b: controls }] } },
    },
    {
      ...line(440_000, "INFO", "notify", ids.logsOnly, "Told the team about the blocker"),
      context: { channel: "#payments", recipients: 4 },
    },
    {
      ...line(41_200, "INFO", "status", null, coloured),
      context: { output: "\u001b[32m12 passed\u001b[0m, \u001b[31m1 failed\u001b[0m" },
    },
    {
      ...line(92_300, "ERROR", "update", ids.timeout, printedStack),
      context: { error: { name: "TypeError", stack: printedStack } },
    },
    line(440_400, "WARNING", "notify", ids.logsOnly, "The channel is archived"),
    {
      ...line(103_000, "ERROR", "update", null, "The update was refused"),
      event: "validation_failed",
      extra: {
        target: "update payload",
        issues: [{
          path: "tasks[0].status",
          expected: "one of TODO, DONE",
          found: '"FINISHED"',
          message: "Unknown status",
        }],
      },
    },
    {
      ...line(0, "INFO", "", null, "Session created: " + sampleSessionId),
      time: null,
      file: "logs/planloop.log",
    },
  ];
}

/** Every line of the sample's log, in time order. */
export function sampleLogRecords(traces: Trace[]): LogRecord[] {
  const random = randomNumbers(11);
  const fixed = [...traceLines(traces), ...lockLines(), ...special()];
  const filler = Array.from({ length: sampleLogRows - fixed.length }, (_, index) => {
    const [level, text] = words[Math.floor(random() * words.length)] ?? words[0]!;
    const number = Math.floor(random() * 900);
    const record = line(
      index * 410 + random() * 200,
      level,
      ["deliver", "status", "update"][number % 3] ?? "",
      null,
      text.replace("%n", String(number)),
    );
    return {
      ...record,
      context: { number, queue: number % 2 ? "live" : "retry" },
      duration_ms: number % 4 === 0 ? random() * 300 : null,
    };
  });
  const all = [...fixed, ...filler].sort((a, b) => (a.time ?? 0) - (b.time ?? 0));
  return all.map((record, index) => ({ ...record, line: index + 1 }));
}

/** The log's dictionaries, in order of appearance. */
export function dictionariesOf(records: LogRecord[]): LogDictionaries {
  const unique = (
    values: (string | null)[],
    first: string[],
  ) => [...new Set([...first, ...values.filter((value) => value !== null)])];
  return {
    operations: unique(records.map((record) => record.operation), []),
    traces: unique(records.map((record) => record.trace_id), [""]),
    events: unique(records.map((record) => record.event), [""]),
    files: unique(records.map((record) => record.file), []),
    session_id: sampleSessionId,
  };
}

/** The log's columns. */
export function columnsOf(records: LogRecord[], dictionaries: LogDictionaries): LogColumns {
  const index = (list: string[]) => new Map(list.map((value, position) => [value, position]));
  const operations = index(dictionaries.operations);
  const traces = index(dictionaries.traces);
  const events = index(dictionaries.events);
  const files = index(dictionaries.files);
  return {
    time: Float64Array.from(records, (record) => record.time ?? NaN),
    level: Uint8Array.from(records, (record) => levels.indexOf(record.level)),
    operation: Uint16Array.from(records, (record) => operations.get(record.operation) ?? 0),
    trace: Uint32Array.from(records, (record) => traces.get(record.trace_id ?? "") ?? 0),
    duration: Float64Array.from(records, (record) => record.duration_ms ?? NaN),
    event: Uint8Array.from(records, (record) => events.get(record.event ?? "") ?? 0),
    file: Uint8Array.from(records, (record) => files.get(record.file) ?? 0),
    line: Uint32Array.from(records, (record) => record.line),
  };
}

/** A log that is in memory from the start. */
export class SampleLog implements LogSource {
  readonly rows: number;
  readonly loaded: number;
  readonly columns: LogColumns;
  readonly ready: Promise<void> = Promise.resolve();
  readonly #records: LogRecord[];

  constructor(records: LogRecord[], dictionaries: LogDictionaries) {
    this.#records = records;
    this.rows = records.length;
    this.loaded = records.length;
    this.columns = columnsOf(records, dictionaries);
  }

  onLoad(listener: (loaded: number) => void): () => void {
    listener(this.loaded);
    return () => {};
  }

  records(rows: readonly number[]): Promise<LogRecord[]> {
    return Promise.resolve(rows.flatMap((row) => this.#records[row] ?? []));
  }

  search(text: string): Promise<SearchResult> {
    const needle = foldText(text);
    const matches = Uint8Array.from(this.#records, ({ message, context }) => {
      const shown = Object.keys(context).length > 0
        ? [plainText(message), plainJson(JSON.stringify(context))]
        : [plainText(message)];
      return shown.some((part) => foldText(part).includes(needle)) ? 1 : 0;
    });
    return Promise.resolve({ matches, count: matches.reduce((sum, bit) => sum + bit, 0) });
  }

  messageRanks(): Promise<Uint32Array> {
    const encoder = new TextEncoder();
    const texts = this.#records.map(({ message }) => encoder.encode(message));
    const starts = new Uint32Array(texts.length + 1);
    texts.forEach((bytes, i) => starts[i + 1] = starts[i]! + bytes.length + 1);
    const text = new Uint8Array(starts[texts.length]!).fill(fieldSeparator);
    texts.forEach((bytes, i) => text.set(bytes, starts[i]!));
    return Promise.resolve(rankTexts([{ text, starts }]));
  }

  patterns(): Promise<LogPatterns> {
    const encoder = new TextEncoder();
    const table = new PatternTable();
    const ids = this.#records.map(({ message }) => {
      const bytes = encoder.encode(message);
      return table.add(bytes, 0, bytes.length);
    });
    const { texts, numbers } = table.kept();
    return Promise.resolve({ texts, rows: Uint16Array.from(ids, (id) => numbers[id]!) });
  }
}
