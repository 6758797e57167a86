/**
 * Questions in an address.
 *
 * @module
 */

import { type Level, levels, parseTime } from "../lib/format/mod.ts";
import type { RecordFilter } from "../lib/query/mod.ts";
import { RequestError } from "./problem.ts";

/** Records of a page where none are asked for. */
export const limitDefault = 100;

/** Most records of a page. */
export const limitMax = 1000;

/** Which page of an answer. */
export interface PageQuery {
  /** Records, from 1 to {@linkcode limitMax}. */
  limit: number;
  /** Records before the page, in its order. */
  start: number;
  /** Latest first. */
  isDescending: boolean;
  /** How many records there were at the first page; absent where that does not matter. */
  of?: number;
}

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Refuses parameters that mean nothing here: a misspelt filter would let everything through. */
export function checkNames(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) {
    if (known.includes(name) || name === "token") continue;
    throw new RequestError(
      400,
      `The parameter ${JSON.stringify(name)} is unknown here. Expected: ${
        known.join(", ") || "none"
      }.`,
    );
  }
  for (const name of new Set(query.keys())) {
    if (query.getAll(name).length > 1) {
      throw new RequestError(400, `The parameter "${name}" is given several times. Expected one.`);
    }
  }
}

/** Parameters of every list. */
export const filterNames = [
  "since",
  "until",
  "level",
  "trace",
  "operation",
  "event",
  "text",
] as const;

/** Parameters of every paged list. */
export const pageNames = ["limit", "cursor", "order"] as const;

/** The filter of an address. */
export function filterOf(query: URLSearchParams, now: number): RecordFilter {
  const text = (name: string) => query.get(name) || undefined;
  return {
    since: momentOf(query, "since", now),
    until: momentOf(query, "until", now),
    level: levelOf(query),
    trace: text("trace"),
    operation: query.get("operation") ?? undefined,
    event: text("event"),
    text: text("text"),
  };
}

/** The page of an address. */
export function pageOf(query: URLSearchParams): PageQuery {
  const order = query.get("order") ?? "asc";
  if (order !== "asc" && order !== "desc") {
    throw new RequestError(400, `The order is ${JSON.stringify(order)}. Expected asc or desc.`);
  }
  const isDescending = order === "desc";
  const limit = numberOf(query, "limit", limitDefault, 1, limitMax);
  const cursor = query.get("cursor");
  const [, start, of] = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(cursor ?? "0") ?? [];
  if (start === undefined) {
    throw new RequestError(
      400,
      `The cursor is ${
        JSON.stringify(cursor)
      }. Expected the next_cursor of the page before, or the ` +
        "number of records before the page.",
    );
  }
  return { limit, start: Number(start), isDescending, ...(of !== undefined && { of: Number(of) }) };
}

/**
 * The cursor of the page behind a page. Latest first, records that come meanwhile would move all
 * pages: the cursor keeps how many there were.
 */
export function cursorAfter(
  { limit, start, isDescending, of }: PageQuery,
  total: number | null,
): string {
  const first = of ?? total;
  return `${start + limit}${isDescending && first !== null ? `.${first}` : ""}`;
}

/** Where a page lies among so many records, in their own order: from the first to behind the last. */
export function pageRange(
  { limit, start, isDescending, of }: PageQuery,
  total: number,
): { first: number; end: number } {
  if (!isDescending) return { first: Math.min(start, total), end: Math.min(start + limit, total) };
  const end = Math.max(0, Math.min(of ?? total, total) - start);
  return { first: Math.max(0, end - limit), end };
}

function numberOf(
  query: URLSearchParams,
  name: string,
  missing: number,
  least: number,
  most: number,
): number {
  const text = query.get(name);
  if (text === null) return missing;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new RequestError(
    400,
    `The parameter "${name}" is ${
      JSON.stringify(text)
    }. Expected a whole number from ${least} to ` +
      `${most}.`,
  );
}

function levelOf(query: URLSearchParams): Level | undefined {
  const text = query.get("level");
  if (text === null) return undefined;
  const level = levels.find((name) => name === text.toUpperCase());
  if (level) return level;
  throw new RequestError(
    400,
    `The level is ${JSON.stringify(text)}. Expected ${levels.join(", ")}.`,
    [...levels],
  );
}

function momentOf(query: URLSearchParams, name: string, now: number): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(s|m|h|d|w)$/.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * unitsMs[unit!]!;
  // A plus sign in an address is a blank.
  const time = /^\d{10,16}$/.test(text) ? Number(text) : parseTime(text.replace(" ", "+"));
  if (time !== undefined && Number.isFinite(time)) return time;
  throw new RequestError(
    400,
    `The parameter "${name}" is ${JSON.stringify(text)}. Expected a moment such as ` +
      "2026-11-22T08:14:17Z, or how long ago, such as 15m or 2h.",
  );
}
