/**
 * One search over all kinds of records, by their names and ids.
 *
 * @module
 */

import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { IconName } from "../components/icon.tsx";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { href } from "../state/route.ts";

/** Something found. */
export interface Hit {
  icon: IconName;
  /** `Trace`, `Error`, … */
  kind: string;
  title: string;
  href: string;
}

/** Most hits of one kind. */
export const hitsPerKindMax = 4;

/** Finds records by name or id, and always offers the log lines that hold the text. */
export async function searchEverything(source: DataSource, text: string): Promise<Hit[]> {
  const [traces, errors, llm, session, changes] = await Promise.all([
    source.section("traces"),
    source.section("errors"),
    source.section("llm"),
    source.section("session"),
    source.section("changes"),
  ]);
  const wanted = text.toLowerCase();
  const pick = <Row>(rows: readonly Row[], words: (row: Row) => string, hit: (row: Row) => Hit) => {
    const hits: Hit[] = [];
    for (const row of rows) {
      if (hits.length >= hitsPerKindMax) break;
      if (words(row).toLowerCase().includes(wanted)) hits.push(hit(row));
    }
    return hits;
  };
  return [
    ...pick(session.state?.tasks ?? [], (t) => `${t.id} ${t.title}`, (t) => ({
      icon: "tasks",
      kind: "Task",
      title: `${t.id} ${t.title}`,
      href: href("tasks", String(t.id)),
    })),
    ...pick(errors, (e) => `${e.error_type} ${e.error_message} ${e.function}`, (e) => ({
      icon: "errors",
      kind: "Error",
      title: `${e.error_type}: ${e.error_message}`,
      href: href("errors", recordKey(e.file)),
    })),
    ...pick(traces, (t) => `${t.trace_id} ${t.operation} ${t.command}`, (t) => ({
      icon: "traces",
      kind: "Trace",
      title: `${t.operation} ${t.trace_id}`,
      href: href("traces", t.trace_id),
    })),
    ...pick(
      llm,
      (c) => `${c.model} ${c.operation} ${c.prompt_preview} ${c.response_preview}`,
      (c) => ({
        icon: "llm",
        kind: "LLM call",
        title: `${c.model} · ${c.prompt_preview || c.operation}`,
        href: href("llm", recordKey(c.file)),
      }),
    ),
    ...pick(changes, (c) => `${c.operation} ${c.paths.join(" ")}`, (c) => ({
      icon: "changes",
      kind: "Change",
      title: `${c.operation}: ${c.paths[0] ?? ""}`,
      href: href("changes", recordKey(c.file)),
    })),
    {
      icon: "logs",
      kind: "Log",
      title: `Log lines with “${text}”`,
      href: href("logs", null, { q: text }),
    },
  ];
}
