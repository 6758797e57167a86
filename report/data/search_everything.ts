/**
 * One search over all kinds of records, by their names and ids.
 *
 * @module
 */

import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { SectionName, Sections } from "../../lib/bundle/sections.ts";
import type { IconName } from "../components/icon.tsx";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { href } from "../state/route.ts";
import { matchScore } from "./match_score.ts";

/** Something found. */
export interface Hit {
  icon: IconName;
  /** `Trace`, `Error`, … */
  kind: string;
  title: string;
  href: string;
  /** How well it answers, as `matchScore` says. */
  score: number;
}

/** Most hits of one kind. */
export const hitsPerKindMax = 4;

type Found = Omit<Hit, "score">;

/** The rows' words in lower case, made once: a long session is searched with every key. */
const words = new WeakMap<readonly unknown[], string[]>();

/**
 * Finds records by name or id, the likeliest first, and always offers the log lines that hold the
 * text. A part of the report that cannot be read has no hits.
 */
export async function searchEverything(source: DataSource, text: string): Promise<Hit[]> {
  const wanted = text.trim().toLowerCase();
  const of = async <Name extends SectionName, Row extends object | string>(
    name: Name,
    rowsOf: (section: Sections[Name]) => readonly Row[],
    wordsOf: (row: Row) => string,
    found: (row: Row) => Found,
  ): Promise<Hit[]> => {
    const section = await source.section(name).catch(() => null);
    return section === null ? [] : bestRows(rowsOf(section), wordsOf, found, wanted);
  };
  const kinds = await Promise.all([
    of("session", (s) => s.state?.tasks ?? [], (t) => `${t.id} ${t.title}`, (t) => ({
      icon: "tasks",
      kind: "Task",
      title: `${t.id} ${t.title}`,
      href: href("tasks", String(t.id)),
    })),
    of(
      "errors",
      (rows) => rows,
      (e) => `${e.error_type} ${e.error_message} ${e.function} ${recordKey(e.file)}`,
      (e) => ({
        icon: "errors",
        kind: "Error",
        title: `${e.error_type}: ${e.error_message}`,
        href: href("errors", recordKey(e.file)),
      }),
    ),
    of("traces", (rows) => rows, (t) => `${t.trace_id} ${t.operation} ${t.command}`, (t) => ({
      icon: "traces",
      kind: "Trace",
      title: `${t.operation} ${t.trace_id}`,
      href: href("traces", t.trace_id),
    })),
    of(
      "llm",
      (rows) => rows,
      (c) =>
        `${c.model} ${c.operation} ${recordKey(c.file)} ${c.prompt_preview} ${c.response_preview}`,
      (c) => ({
        icon: "llm",
        kind: "LLM call",
        title: `${c.model} · ${c.prompt_preview || c.operation}`,
        href: href("llm", recordKey(c.file)),
      }),
    ),
    of(
      "locks",
      (rows) => rows,
      (l) => `${l.lock_entry_id} ${l.operation} ${l.agent ?? ""} ${l.trace_id ?? ""}`,
      (l) => ({
        icon: "locks",
        kind: "Lock request",
        title: `${l.operation} by ${l.agent ?? "an unknown agent"}, ${l.outcome}`,
        href: href("locks", l.lock_entry_id),
      }),
    ),
    of("paths", (paths) => paths.names, (path) => path, (path) => ({
      icon: "changes",
      kind: "Changed path",
      title: path,
      href: href("changes", null, { path }),
    })),
    of(
      "changes",
      (rows) => rows,
      (c) => `${c.operation} ${recordKey(c.file)}`,
      (c) => ({
        icon: "changes",
        kind: "Change",
        title: `${c.operation}: ${c.paths[0] ?? ""}`,
        href: href("changes", recordKey(c.file)),
      }),
    ),
  ]);
  const inLog: Hit = {
    icon: "logs",
    kind: "Log",
    title: `Log lines with “${text}”`,
    href: href("logs", null, { q: text }),
    score: 0,
  };
  return [...kinds.flat(), inLog].sort((a, b) => b.score - a.score);
}

/** The rows that answer best, the earlier of equal ones first. */
function bestRows<Row extends object | string>(
  rows: readonly Row[],
  wordsOf: (row: Row) => string,
  found: (row: Row) => Found,
  wanted: string,
): Hit[] {
  let texts = words.get(rows);
  if (!texts) words.set(rows, texts = rows.map((row) => wordsOf(row).toLowerCase()));
  const best: { score: number; row: Row }[] = [];
  for (let i = 0; i < rows.length; i++) {
    const score = matchScore(texts[i]!, wanted);
    if (score <= (best.length < hitsPerKindMax ? 0 : best.at(-1)!.score)) continue;
    best.push({ score, row: rows[i]! });
    best.sort((a, b) => b.score - a.score);
    if (best.length > hitsPerKindMax) best.pop();
  }
  return best.map(({ score, row }) => ({ ...found(row), score }));
}
