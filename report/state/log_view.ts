/**
 * What the Logs view shows: the address's filters, the worker's answers, the rows that pass.
 *
 * @module
 */

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { LogPatterns, LogSource } from "../../lib/bundle/data_source.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import { facetValues } from "../components/facets.tsx";
import { useData, useLogsLoaded } from "../data/context.ts";
import { withEventPatterns } from "./log_patterns.ts";
import { type LogQuery, queryRows } from "./log_query.ts";
import { param, route } from "./route.ts";
import { windowOf } from "./time_window.ts";

/** Parameters that stay when the tab changes. */
export const logFilterParams: readonly string[] = [
  "level",
  "operation",
  "event",
  "trace",
  "file",
  "since",
  "until",
];

/** All that the rows depend on beside the text that is searched for. */
const queryParams: readonly string[] = [...logFilterParams, "pattern"];

/** How long an answer may take before it is said that it is waited for, in milliseconds. */
const waiting_ms = 60;

/** What the log's worker is asked, and what it said. */
export interface Answer<Value> {
  /** Null while nothing is asked, or nothing was answered yet. */
  value: Value | null;
  waiting: boolean;
  error: string;
}

/** Rows that hold a text. */
export interface Found {
  text: string;
  /** One byte a row, 1 where it holds the text. */
  matches: Uint8Array;
}

/** The filtered log. */
export interface LogView {
  loaded: number;
  query: LogQuery;
  /** Rows that pass, in the log's order. */
  rows: Uint32Array;
  found: Answer<Found>;
  patterns: Answer<LogPatterns>;
}

/**
 * Follows the address and the log as it arrives.
 *
 * @param search The text that rows must hold; empty for any.
 * @param withPatterns Asks for the patterns though no filter needs them.
 */
export function useLogView(
  words: LogDictionaries,
  search: string,
  withPatterns: boolean,
): LogView {
  const { logs } = useData();
  const loaded = useLogsLoaded();
  // Another text or sorting in the address leaves the query, and what was found by it, the same.
  const query = useMemo(readQuery, queryParams.map(param));
  const found = useAnswer(
    search === "" ? "" : `search ${search}`,
    async (source): Promise<Found> => ({
      text: search,
      matches: (await source.search(search)).matches,
    }),
  );
  const patterns = useAnswer(
    withPatterns || query.pattern !== "" ? "patterns" : "",
    async (source) => withEventPatterns(await source.patterns(), source.columns, words),
  );
  const rows = useMemo(
    () =>
      queryRows({ columns: logs.columns, loaded }, words, query, {
        matches: found.value?.matches ?? null,
        patterns: patterns.value,
      }),
    [logs, loaded, words, query, found.value, patterns.value],
  );
  return { loaded, query, rows, found, patterns };
}

/**
 * Asks the log's worker. The last answer stays on screen until the next one is there.
 *
 * @param question Stands for what is asked; empty for nothing.
 */
export function useAnswer<Value>(
  question: string,
  ask: (source: LogSource) => Promise<Value>,
): Answer<Value> {
  const { logs } = useData();
  const none: Answer<Value> = { value: null, waiting: false, error: "" };
  const [answer, setAnswer] = useState(none);
  const answered = useRef("");
  // At once and not after the next frame: the answer may be there by then.
  useLayoutEffect(() => {
    if (!question) {
      answered.current = "";
      setAnswer(none);
      return;
    }
    let live = true;
    // The same asked of a log that grew is not worth a word.
    const timer = answered.current === question
      ? undefined
      : setTimeout(() => setAnswer((old) => ({ ...old, waiting: true })), waiting_ms);
    ask(logs).then(
      (value) => {
        clearTimeout(timer);
        if (!live) return;
        answered.current = question;
        setAnswer({ ...none, value });
      },
      (error) => {
        clearTimeout(timer);
        if (live) setAnswer({ ...none, error: (error as Error).message });
      },
    );
    return () => {
      clearTimeout(timer);
      live = false;
    };
  }, [logs, question]);
  return answer;
}

/** What the address asks. */
function readQuery(): LogQuery {
  return {
    level: facetValues("level"),
    operation: facetValues("operation"),
    event: facetValues("event"),
    trace: facetValues("trace"),
    file: facetValues("file"),
    pattern: param("pattern"),
    ...windowOf(route.value.params) ?? { since: null, until: null },
  };
}
