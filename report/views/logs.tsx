/**
 * The log: every line, filtered by level, operation, event, trace, time and text.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { levels } from "../../lib/format/mod.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import {
  Await,
  DataTable,
  DeadLink,
  EmptyState,
  Facets,
  facetValues,
  Icon,
  levelTone,
  Split,
  Text,
  timeText,
} from "../components/mod.ts";
import { parseSorting } from "../components/columns.ts";
import { useData, useLogsLoaded, useSection } from "../data/context.ts";
import { countWords } from "../kernels/filter.ts";
import { type LogQuery, queryRows, rowOfLine } from "../state/log_query.ts";
import { logRowsOf } from "../state/log_rows.ts";
import { openKey, param, route, setParams } from "../state/route.ts";
import { logColumns } from "./parts/log_columns.tsx";
import { LogDrawer } from "./parts/log_drawer.tsx";

/** The view of the log. */
export function LogsView(): VNode {
  const words = useSection("dictionaries");
  return <Await of={words}>{(value) => <LogTable words={value} />}</Await>;
}

function LogTable({ words }: { words: LogDictionaries }): VNode {
  const { logs } = useData();
  const loaded = useLogsLoaded();
  const records = logRowsOf(logs);
  const search = param("q");
  const { params, key } = route.value;
  useRowParam();
  const query = useMemo(readQuery, [params]);
  const found = useAnswer(
    search === "" ? "" : `search ${search}`,
    async () => (await logs.search(search)).matches,
  );
  const order = useAnswer(
    query.sorting?.id === "message" ? "ranks" : "",
    () => logs.messageRanks(),
  );
  const rows = useMemo(
    () =>
      queryRows({ columns: logs.columns, loaded }, words, query, {
        matches: found.value,
        ranks: order.value,
      }),
    [logs, loaded, words, query, found.value, order.value],
  );
  const columns = useMemo(() => logColumns(logs.columns, words, records, search), [
    logs,
    words,
    records,
    search,
  ]);
  const open = useMemo(() => openRow(key, logs.columns, loaded, words), [key, loaded, words]);
  return (
    <Split
      drawer={open !== null && <LogDrawer row={open} search={search} />}
      notice={key !== null && open === null && loaded === logs.rows && (
        <DeadLink noun="log line" name={key} />
      )}
    >
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
        toolbar={
          <LogFilters words={words} loaded={loaded} answers={{ found, order }} query={query} />
        }
        empty={<NoLog />}
      />
    </Split>
  );
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

/** What the log's worker is asked, and what it said. */
interface Answer<Value> {
  /** Null while nothing is asked, or nothing was answered yet. */
  value: Value | null;
  waiting: boolean;
  error: string;
}

/**
 * Asks the log's worker. The last answer stays on screen until the next one is there.
 *
 * @param question Stands for what is asked; empty for nothing.
 */
function useAnswer<Value>(question: string, ask: () => Promise<Value>): Answer<Value> {
  const { logs } = useData();
  const none: Answer<Value> = { value: null, waiting: false, error: "" };
  const [answer, setAnswer] = useState(none);
  useEffect(() => {
    if (!question) {
      setAnswer(none);
      return;
    }
    let live = true;
    setAnswer((old) => ({ ...old, waiting: true }));
    ask().then(
      (value) => live && setAnswer({ ...none, value }),
      (error) => live && setAnswer({ ...none, error: (error as Error).message }),
    );
    return () => {
      live = false;
    };
  }, [logs, question]);
  return answer;
}

function LogFilters(
  { words, loaded, answers, query }: {
    words: LogDictionaries;
    loaded: number;
    answers: { found: Answer<Uint8Array>; order: Answer<Uint32Array> };
    query: LogQuery;
  },
): VNode {
  const { header, logs } = useData();
  const options = useMemo(() => ({
    operation: wordOptions(
      words.operations,
      countWords(
        logs.columns.operation,
        loaded,
        words.operations.length,
      ),
    ),
    event: wordOptions(words.events, countWords(logs.columns.event, loaded, words.events.length))
      .filter((option) => option.value !== ""),
  }), [words, logs, loaded]);
  return (
    <>
      <Facets
        param="level"
        label="Level"
        options={levels.filter((level) => header.levels[level] > 0 || query.level?.has(level))
          .map((level) => ({ value: level, count: header.levels[level], tone: levelTone(level) }))}
      />
      <Facets param="operation" label="Operation" options={options.operation} />
      <Facets param="event" label="Event" options={options.event} menu />
      {query.trace && (
        <FilterChip label="Remove the trace filter" clear={{ trace: null }}>
          trace{" "}
          <span class="mono">
            <Text value={query.trace} max={40} />
          </span>
        </FilterChip>
      )}
      {(query.from !== null || query.to !== null) && (
        <FilterChip label="Remove the time filter" clear={{ from: null, to: null }}>
          {query.from === null ? "start" : timeText(query.from)} –{" "}
          {query.to === null ? "end" : timeText(query.to)}
        </FilterChip>
      )}
      {loaded < logs.rows && (
        <span class="toolbar-note" role="status">
          reading {Math.floor(100 * loaded / logs.rows)} %
        </span>
      )}
      {answers.found.waiting && <span class="toolbar-note" role="status">searching…</span>}
      {answers.order.waiting && <span class="toolbar-note" role="status">sorting…</span>}
      {[answers.found.error, answers.order.error].map((error) =>
        error && <span key={error} class="toolbar-note tone-error" role="alert">{error}</span>
      )}
    </>
  );
}

function FilterChip(
  { label, clear, children }: {
    label: string;
    clear: Record<string, null>;
    children: preact.ComponentChildren;
  },
): VNode {
  return (
    <button
      type="button"
      class="chip"
      aria-pressed="true"
      title={label}
      onClick={() => setParams(clear, { push: true })}
    >
      <span>{children}</span>
      <Icon name="close" size={12} />
    </button>
  );
}

function NoLog(): VNode {
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

/** What the address asks. Subscribes the caller. */
function readQuery(): LogQuery {
  return {
    level: facetValues("level"),
    operation: facetValues("operation"),
    event: facetValues("event"),
    trace: param("trace"),
    from: numberOf(param("from")),
    to: numberOf(param("to")),
    sorting: parseSorting(param("sort")),
  };
}

/** The row of a key: its number, or `file:line` as evidence names it. */
function openRow(
  key: string | null,
  columns: Parameters<typeof rowOfLine>[0],
  loaded: number,
  words: LogDictionaries,
): number | null {
  if (key === null) return null;
  if (/^\d{1,9}$/.test(key)) return Number(key) < loaded ? Number(key) : null;
  const match = /^(.+):(\d{1,10})$/.exec(key);
  const row = match ? rowOfLine(columns, loaded, words, match[1]!, Number(match[2])) : -1;
  return row < 0 ? null : row;
}

function wordOptions(words: readonly string[], counts: Uint32Array) {
  return words.map((value, i) => ({ value, count: counts[i]! })).filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}

function rowTone(level: number): "error" | undefined {
  return level >= 3 ? "error" : undefined;
}

function numberOf(text: string): number | null {
  const number = Number(text);
  return text === "" || Number.isNaN(number) ? null : number;
}
