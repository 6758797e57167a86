/**
 * The app over a log of five million lines that are made up when they are asked for: the entry of a
 * page for tests.
 */

import "../../report/styles/main.css";
import type { LogColumns, LogPatterns, LogSource } from "../../lib/bundle/data_source.ts";
import { createLogColumns } from "../../lib/bundle/log_block.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { mount } from "../../report/mount.tsx";
import { createEmptySource } from "../../report/sample/mod.ts";

const rows = 5_000_000;
const start = Date.UTC(2025, 10, 18);
const operations = ["plan", "deliver", "review"];

function fill(columns: LogColumns): LogColumns {
  for (let row = 0; row < rows; row++) {
    columns.time[row] = start + row * 10;
    columns.level[row] = row % 1000 === 999 ? 3 : 1;
    columns.operation[row] = row % operations.length;
    columns.duration[row] = row % 7 === 0 ? row % 500 : NaN;
    columns.line[row] = row + 1;
  }
  return columns;
}

function lineOf(row: number): LogRecord {
  return {
    time: start + row * 10,
    level: row % 1000 === 999 ? "ERROR" : "INFO",
    operation: operations[row % operations.length]!,
    trace_id: null,
    message: `Line ${row + 1} of the log`,
    duration_ms: null,
    event: null,
    context: {},
    extra: {},
    file: "logs/planloop.jsonl",
    line: row + 1,
  };
}

const logs: LogSource = {
  rows,
  loaded: rows,
  columns: fill(createLogColumns(rows)),
  ready: Promise.resolve(),
  onLoad: (listener) => {
    listener(rows);
    return () => {};
  },
  records: (wanted) => Promise.resolve(wanted.map(lineOf)),
  search: () => Promise.reject(new Error("This log cannot be searched.")),
  messageRanks: () => Promise.resolve(Uint32Array.from({ length: rows }, (_, row) => row)),
  patterns: (): Promise<LogPatterns> =>
    Promise.resolve({ texts: ["", "Line <*> of the log"], rows: new Uint16Array(rows).fill(1) }),
};

const empty = createEmptySource();
const dictionaries = {
  operations,
  traces: [""],
  events: [""],
  files: ["logs/planloop.jsonl"],
  session_id: null,
};

mount({
  ...empty,
  header: { ...empty.header, levels: { ...empty.header.levels, INFO: 4_995_000, ERROR: 5000 } },
  section: (name) =>
    name === "dictionaries" ? Promise.resolve(dictionaries) as never : empty.section(name),
  logs,
});
