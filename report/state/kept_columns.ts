/**
 * The columns that the reader chose, by session and table. Kept where the browser allows it; on
 * `file://`, where it does, all reports share one storage, so only the last sessions are kept.
 *
 * @module
 */

import { signal } from "@preact/signals";
import { readSetting, writeSetting } from "./settings.ts";

/** Sessions whose columns are kept; the one chosen for the longest ago gives way. */
export const keptSessionsMax = 20;

/** Longest session id that is kept, in UTF-16 units. */
const idLengthMax = 300;

/** The last choice first. */
type Kept = readonly (readonly [session: string, table: string, columns: string])[];

/** What is chosen as long as the page lives; null before it is looked at. */
const chosen = signal<Kept | null>(null);

/** The columns chosen for a table, as in the address; empty for none. Subscribes the caller. */
export function keptColumns(session: string, table: string): string {
  const all = chosen.value ?? read();
  return all.find(([id, name]) => id === session && name === table)?.[2] ?? "";
}

/** Keeps the columns of a table; null forgets them. */
export function keepColumns(session: string, table: string, columns: string | null): void {
  // Another page may have kept some meanwhile.
  const stored = read();
  const others = (stored.length > 0 ? stored : chosen.value ?? [])
    .filter(([id, name]) => id !== session || name !== table);
  const all: Kept = columns ? [[session, table, columns], ...others] : others;
  const sessions = [...new Set(all.map(([id]) => id))].slice(0, keptSessionsMax);
  const next = all.filter(([id]) => sessions.includes(id) && id.length <= idLengthMax);
  chosen.value = next;
  writeSetting("columns", next.length > 0 ? JSON.stringify(next) : null);
}

/** What is kept; whatever else stands there counts as nothing. */
function read(): Kept {
  try {
    const kept: unknown = JSON.parse(readSetting("columns") ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((entry) =>
      Array.isArray(entry) && entry.length === 3 && entry.every((part) => typeof part === "string")
    );
  } catch {
    return [];
  }
}
