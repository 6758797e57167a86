/**
 * The report's data, handed down to every component.
 *
 * @module
 */

import { type Context, createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import type { DataSource, LogArrival } from "../../lib/bundle/data_source.ts";
import type { SessionCard } from "../../lib/bundle/session_card.ts";
import type { DocumentRef, SectionName, Sections } from "../../lib/bundle/sections.ts";
import { logRowsOf } from "../state/log_rows.ts";

const Source = createContext<DataSource | null>(null);

/** Every session of a report of several; none in a report of one. */
export const SessionCards: Context<readonly SessionCard[]> = createContext<readonly SessionCard[]>(
  [],
);

/** Gives its children the report's data. */
export const DataProvider: typeof Source.Provider = Source.Provider;

/** Something that is being fetched: exactly one of value, error or loading is set. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly error: Error | null;
  readonly loading: boolean;
}

/**
 * The report's data.
 *
 * @throws {Error} outside of a {@linkcode DataProvider}
 */
export function useData(): DataSource {
  const source = useContext(Source);
  if (!source) throw new Error("Cannot use the report's data: no DataProvider above.");
  return source;
}

/** The report's data; null on the page of all sessions. */
export function useDataIfAny(): DataSource | null {
  return useContext(Source);
}

/** What the keys of sections begin with. */
const sectionKey = "section:";

/** A section, fetched when first asked for; every later reader gets it at once. Null: none. */
export function useSection<Name extends SectionName>(name: Name | null): Loaded<Sections[Name]> {
  const source = useData();
  return useLoaded(name ? sectionKey + name : "", name && (() => source.section(name)));
}

/** A whole record; null asks for nothing. */
export function useDocument(ref: DocumentRef | null | undefined): Loaded<unknown> {
  const source = useData();
  return useLoaded(
    ref ? `document:${ref.join(":")}` : "",
    ref ? () => source.document(ref) : null,
  );
}

/** Least time between two drawings while the log arrives, in milliseconds. */
export const loadedStep_ms = 250;

/** How many log rows have their columns by now; told in steps, for each costs a whole filtering. */
export function useLogsLoaded(): number {
  const { logs } = useData();
  const [told, setTold] = useState({ logs, loaded: logs.loaded });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () =>
      setTold((old) =>
        old.logs === logs && old.loaded === logs.loaded ? old : { logs, loaded: logs.loaded }
      );
    const stop = logs.onLoad((now) => {
      if (now === logs.rows) {
        clearTimeout(timer);
        timer = undefined;
        tell();
      } else {
        timer ??= setTimeout(() => {
          timer = undefined;
          tell();
        }, loadedStep_ms);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [logs]);
  // Of a log that took another's place, what was told before says nothing.
  return told.logs === logs ? told.loaded : logs.loaded;
}

const arrived: LogArrival = { text: 1, missing: "" };

/** How much of the log's text is there, and what could not be had. */
export function useLogArrival(): LogArrival {
  const { logs } = useData();
  const [arrival, setArrival] = useState(arrived);
  useEffect(() => logs.onArrival?.(setArrival), [logs]);
  return arrival;
}

const caches = new WeakMap<DataSource, Map<string, Loaded<unknown>>>();

/** Records kept for coming back to; the oldest give way. */
export const loadedRecordsMax = 200;

/**
 * Anything asynchronous of the data source, remembered by its key; an empty key asks for nothing.
 * The key must say everything that `load` depends on.
 */
export function useLoaded<T>(key: string, load: (() => Promise<T>) | null): Loaded<T> {
  const source = useData();
  let cache = caches.get(source);
  if (!cache) caches.set(source, cache = new Map());
  const kept = cache;
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!load || !key || kept.has(key)) return;
    let live = true;
    const settle = (outcome: Loaded<unknown>) => {
      remember(kept, key, outcome);
      if (live) redraw((n) => n + 1);
    };
    load().then(
      (value) => settle({ value, error: null, loading: false }),
      (error) => settle({ value: null, error: asError(error), loading: false }),
    );
    return () => {
      live = false;
    };
  }, [key, kept]);
  const shown = useRef<Shown | null>(null);
  if (!key) return { value: null, error: null, loading: false };
  const now = kept.get(key);
  if (now) shown.current = { cache: kept, loaded: now, next: null };
  return (now ?? stillShown(shown.current, kept, key) ?? nothingYet) as Loaded<T>;
}

const nothingYet: Loaded<unknown> = { value: null, error: null, loading: true };

/** What a component shows. */
interface Shown {
  readonly cache: Map<string, Loaded<unknown>>;
  readonly loaded: Loaded<unknown>;
  /** What it asks the source for that took the other's place. */
  next: { cache: Map<string, Loaded<unknown>>; key: string } | null;
}

/**
 * What was on screen of a source stays there until the same is read from the source that took its
 * place, but not when something else is asked for.
 */
function stillShown(
  shown: Shown | null,
  cache: Map<string, Loaded<unknown>>,
  key: string,
): Loaded<unknown> | null {
  if (!shown || shown.cache === cache) return null;
  if (shown.next?.cache !== cache) shown.next = { cache, key };
  return shown.next.key === key ? shown.loaded : null;
}

/**
 * Reads what is on screen of one source from the one that takes its place, so that nothing on screen
 * goes away for a moment.
 *
 * @returns The new source, once that is read.
 */
export async function carryOver(
  before: DataSource | null,
  after: DataSource,
): Promise<DataSource> {
  if (!before || before === after) return after;
  const known = caches.get(before);
  const kept = new Map<string, Loaded<unknown>>();
  for (const key of known?.keys() ?? []) {
    if (!key.startsWith(sectionKey)) continue;
    const value = await after.section(key.slice(sectionKey.length) as SectionName);
    kept.set(key, { value, error: null, loading: false });
  }
  await after.logs.ready;
  logRowsOf(after.logs).follow(logRowsOf(before.logs));
  caches.set(after, kept);
  return after;
}

function remember(cache: Map<string, Loaded<unknown>>, key: string, value: Loaded<unknown>): void {
  cache.set(key, value);
  if (cache.size > loadedRecordsMax) {
    for (const old of cache.keys()) {
      if (!old.startsWith(sectionKey) && old !== key) {
        cache.delete(old);
        break;
      }
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
