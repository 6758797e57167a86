/**
 * What `planloop doctor` finds out.
 *
 * @module
 */

/** `ok`: as it should be; `note`: worth knowing; `problem`: to be mended. */
export type CheckStatus = "ok" | "note" | "problem";

/** What was looked at, and what was found. */
export interface Check {
  /** A stable name. */
  check: string;
  status: CheckStatus;
  /** What is so, in a few words without a final stop. */
  summary: string;
  /** What to do, as a sentence; null where there is nothing to do. */
  advice: string | null;
  /** The facts, with stable keys. */
  details: Readonly<Record<string, unknown>>;
}

/** A check that found everything in order. */
export function ok(check: string, summary: string, details: Check["details"]): Check {
  return { check, status: "ok", summary, advice: null, details };
}

/** A check that found something to know of. */
export function note(
  check: string,
  summary: string,
  details: Check["details"],
  advice: string | null = null,
): Check {
  return { check, status: "note", summary, advice, details };
}

/** A check that found something to mend. */
export function problem(
  check: string,
  summary: string,
  details: Check["details"],
  advice: string,
): Check {
  return { check, status: "problem", summary, advice, details };
}
