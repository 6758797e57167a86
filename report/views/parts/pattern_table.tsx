/**
 * The patterns of the log's messages as a table; one leads to its lines.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { humanCount } from "../../../lib/format/human.ts";
import { levels } from "../../../lib/format/mod.ts";
import type { LogDictionaries } from "../../../lib/bundle/sections.ts";
import {
  type Column,
  countValue,
  DataTable,
  levelLook,
  Split,
  Text,
  timeCell,
} from "../../components/mod.ts";
import { useData } from "../../data/context.ts";
import { plainLine } from "../../kernels/ansi.ts";
import { patternGap, patternsMax } from "../../kernels/patterns.ts";
import { type LogRows, logRowsOf } from "../../state/log_rows.ts";
import { logFilterParams, useLogView } from "../../state/log_view.ts";
import { href, route } from "../../state/route.ts";
import { compactFilterWidth, LogFilters } from "./log_filters.tsx";
import { NoLog } from "./log_table.tsx";
import { LogTimes } from "./log_times.tsx";
import { type PatternRow, patternRows } from "./pattern_rows.ts";

/** Longest pattern in its cell, in UTF-16 units. */
const patternLengthMax = 200;

/** The table of patterns, of the lines that pass the filters. */
export function PatternTable({ words }: { words: LogDictionaries }): VNode {
  const { logs } = useData();
  const view = useLogView(words, "", true);
  const { patterns, rows } = view;
  const found = useMemo(
    () => patterns.value ? patternRows(logs.columns, rows, patterns.value) : [],
    [logs, rows, patterns.value],
  );
  const records = logRowsOf(logs);
  const columns = useMemo(() => columnsOf(words, records), [words, records]);
  const isReading = logs.rows > 0 && !patterns.value && !patterns.error;
  return (
    <Split>
      <LogTimes view={view} />
      <DataTable<PatternRow>
        label="Patterns"
        rows={found}
        columns={columns}
        rowKey={(row) => String(row.number)}
        defaultSort="-count"
        selected={null}
        onSelect={(row) => {
          if (row) location.hash = linesOf(row);
        }}
        tone={(row) => row.worst >= 3 ? "error" : undefined}
        copyRows={(list) => list.map((row) => copied(row, words))}
        toolbar={<LogFilters words={words} view={view} />}
        compactWidth={compactFilterWidth}
        empty={isReading
          ? <p class="loading" role="status">Grouping the messages…</p>
          : logs.rows > 0
          ? <p class="muted">No line passes the filters.</p>
          : <NoLog />}
      />
    </Split>
  );
}

/** The lines of a pattern, with the filters that are set. */
function linesOf(row: PatternRow): string {
  const { params } = route.value;
  const kept = Object.entries(params).filter(([name]) => logFilterParams.includes(name));
  return href("logs", null, { ...Object.fromEntries(kept), pattern: row.text });
}

function columnsOf(words: LogDictionaries, records: LogRows): Column<PatternRow>[] {
  const operation = (row: PatternRow) => words.operations[row.operation] ?? "";
  return [
    {
      id: "count",
      title: "Lines",
      width: 76,
      align: "right",
      ...countValue((row) => row.count),
    },
    {
      id: "level",
      title: "Level",
      width: 88,
      cell: (row) => levels[row.worst],
      look: (row) => levelLook(levels[row.worst]!),
      hint: levelCounts,
      text: levelCounts,
      sort: (row) => row.worst,
    },
    {
      id: "pattern",
      title: "Pattern",
      minWidth: 240,
      mono: true,
      cell: (row) => <a href={linesOf(row)}>{patternText(row.text)}</a>,
      hint: (row) =>
        row.number > 0
          ? undefined
          : `All but the most frequent, at most ${humanCount(patternsMax)}`,
      text: (row) => row.text,
      sort: (row) => row.text,
    },
    {
      id: "operation",
      title: "Operation",
      width: 128,
      wideOnly: true,
      cell: (row) => (
        <>
          <Text value={operation(row)} max={40} bare />
          {row.operations > 1 && ` +${row.operations - 1}`}
        </>
      ),
      hint: (row) => row.operations > 1 ? `${row.operations} operations; this most often` : "",
      text: operation,
      sort: operation,
    },
    {
      id: "example",
      title: "Example",
      minWidth: 160,
      wideOnly: true,
      mono: true,
      cell: (row) => <Example row={row.example} records={records} />,
      look: () => "muted",
      text: (row) => plainLine(records.peek(row.example)?.message ?? ""),
    },
    {
      id: "first",
      title: "First",
      width: 100,
      mono: true,
      wideOnly: true,
      ...timeCell((row) => row.first),
      sort: (row) => row.first,
    },
    {
      id: "last",
      title: "Last",
      width: 100,
      mono: true,
      wideOnly: true,
      ...timeCell((row) => row.last),
      sort: (row) => row.last,
    },
  ];
}

function Example({ row, records }: { row: number; records: LogRows }): VNode {
  const record = records.get(row);
  if (record instanceof Error) return <span class="tone-error">{record.message}</span>;
  const text = record && (plainLine(record.message) || record.event);
  return text ? <Text value={text} max={patternLengthMax} bare /> : <>{record ? "" : "…"}</>;
}

/** A pattern with its gaps set apart. */
function patternText(text: string): (VNode | string)[] {
  const cut = text.length > patternLengthMax ? `${text.slice(0, patternLengthMax)}…` : text;
  return cut.split(patternGap).flatMap((part, i) => [
    ...(i > 0 ? [<span class="pattern-gap">{patternGap}</span>] : []),
    <Text value={part} bare />,
  ]);
}

function levelCounts(row: PatternRow): string {
  return [...row.levels].map((count, level) => count > 0 ? `${levels[level]} ${count}` : "")
    .filter((text) => text).reverse().join(", ");
}

function copied(row: PatternRow, words: LogDictionaries): Record<string, unknown> {
  return {
    pattern: row.text,
    lines: row.count,
    worst_level: levels[row.worst],
    operation: words.operations[row.operation] ?? "",
    first: row.first,
    last: row.last,
  };
}
