/**
 * The lines of the log as a table.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import type { LogDictionaries } from "../../../lib/bundle/sections.ts";
import { DataTable, DeadLink, EmptyState, Split } from "../../components/mod.ts";
import { parseSorting } from "../../components/columns.ts";
import { useData } from "../../data/context.ts";
import { useCommands } from "../../state/commands.ts";
import { errorCommands, noFurtherError } from "../../state/general_commands.ts";
import { rowOfLine, sortLog } from "../../state/log_query.ts";
import { logRowsOf } from "../../state/log_rows.ts";
import { type Answer, useAnswer, useLogView } from "../../state/log_view.ts";
import { openKey, param, route, setParams } from "../../state/route.ts";
import { logColumns } from "./log_columns.tsx";
import { LogDrawer } from "./log_drawer.tsx";
import { compactFilterWidth, LogFilters } from "./log_filters.tsx";
import { LogTimes } from "./log_times.tsx";

const noRows = new Uint32Array(0);

/** The table with its strip of times and the drawer of the open line. */
export function LogTable({ words }: { words: LogDictionaries }): VNode {
  const { logs } = useData();
  const records = logRowsOf(logs);
  const search = param("q");
  const sort = param("sort");
  const { key } = route.value;
  useRowParam();
  const view = useLogView(words, search, false);
  const { loaded } = view;
  const sorting = useMemo(() => parseSorting(sort), [sort]);
  const order = useAnswer(
    sorting?.id === "message" ? "ranks" : "",
    (source) => source.messageRanks(),
  );
  const waiting = useFirstAnswers([
    search !== "" && view.found,
    view.query.pattern !== "" && view.patterns,
    sorting?.id === "message" && order,
  ]);
  const rows = useMemo(
    () =>
      waiting
        ? noRows
        : sortLog(view.rows, { columns: logs.columns, words, ranks: order.value }, sorting),
    [waiting, logs, view.rows, words, order.value, sorting],
  );
  // What is marked changes with the rows, so that they are drawn once.
  const marked = view.found.value?.text ?? "";
  const columns = useMemo(() => logColumns(logs.columns, words, records, marked), [
    logs,
    words,
    records,
    marked,
  ]);
  const open = useMemo(() => openRow(key, logs.columns, loaded, words), [key, loaded, words]);
  useCommands(errorCommands((direction) => {
    const next = errorAfter(rows, logs.columns, open === null ? -1 : rows.indexOf(open), direction);
    if (next === null) return noFurtherError;
    openKey(String(next), { replace: open !== null });
  }));
  return (
    <Split
      drawer={open !== null && <LogDrawer row={open} words={words} search={search} />}
      notice={key !== null && open === null && loaded === logs.rows && (
        <DeadLink noun="log line" name={key} />
      )}
    >
      <LogTimes view={view} />
      <DataTable<number>
        label="Log lines"
        searchLabel="Search messages"
        rows={useMemo(() => ({ length: rows.length, at: (i: number) => rows[i]! }), [rows])}
        total={logs.rows}
        columns={columns}
        rowKey={String}
        selected={open === null ? null : String(open)}
        indexOfKey={(wanted) => rows.indexOf(Number(wanted))}
        tone={(row) => rowTone(logs.columns.level[row]!)}
        copyRows={(wanted) => records.load(wanted)}
        toolbar={<LogFilters words={words} view={view} order={order} />}
        compactWidth={compactFilterWidth}
        waiting={waiting}
        hasTail={!sort || sort === "time"}
        empty={<NoLog />}
      />
    </Split>
  );
}

/**
 * Whether the first rows still wait for an answer: a link to a search or an order never shows other
 * rows first, which would jump. What is asked later leaves the rows as they are until it is answered.
 *
 * @param answers What the rows depend on; false where they do not.
 */
function useFirstAnswers(answers: readonly (Answer<unknown> | false)[]): boolean {
  const were = useRef(false);
  were.current ||= answers.every((answer) =>
    !answer || answer.value !== null || answer.error !== ""
  );
  return !were.current;
}

/** An address may name the open line as `row=`, too: it becomes the key. */
function useRowParam(): void {
  const { key } = route.value;
  const row = param("row");
  useEffect(() => {
    if (!row) return;
    if (key === null) openKey(row, { replace: true });
    setParams({ row: null });
  }, [key, row]);
}

/** Says why there is no line. */
export function NoLog(): VNode {
  return (
    <EmptyState
      title="No log lines were recorded"
      code={`session.info("Fetched the plan", { tasks: 8 });\nsession.error("Step failed", { step: 3 });`}
    >
      <p>
        Each call of <code>session.info</code>{" "}
        and its siblings writes one line, tied to the trace and span that are open.
      </p>
    </EmptyState>
  );
}

/** The row of a key: its number, or `file:line` as evidence names it. */
function openRow(
  key: string | null,
  columns: LogColumns,
  loaded: number,
  words: LogDictionaries,
): number | null {
  if (key === null) return null;
  if (/^\d{1,9}$/.test(key)) return Number(key) < loaded ? Number(key) : null;
  const match = /^(.+):(\d{1,10})$/.exec(key);
  const row = match ? rowOfLine(columns, loaded, words, match[1]!, Number(match[2])) : -1;
  return row < 0 ? null : row;
}

/** The next row of an error among the rows shown, from a place in them; null for none. */
function errorAfter(
  rows: Uint32Array,
  columns: LogColumns,
  from: number,
  direction: 1 | -1,
): number | null {
  const start = from < 0 && direction < 0 ? rows.length : from;
  for (let at = start + direction; at >= 0 && at < rows.length; at += direction) {
    if (columns.level[rows[at]!]! >= 3) return rows[at]!;
  }
  return null;
}

function rowTone(level: number): "error" | undefined {
  return level >= 3 ? "error" : undefined;
}
