/**
 * Which record somebody means who typed an id, or the start of one.
 *
 * @module
 */

import { nearestIds } from "../store/nearest.ts";

/** Candidates that a message names. */
const candidatesShownMax = 5;

/** Nothing has that id, nor one that starts so. */
export class UnknownIdError extends Error {
  /** What was asked for. */
  readonly wanted: string;
  /** Ids that come near, nearest first. */
  readonly nearest: readonly string[];

  constructor(message: string, wanted: string, nearest: readonly string[]) {
    super(message);
    this.name = "UnknownIdError";
    this.wanted = wanted;
    this.nearest = nearest;
  }
}

/** Several ids start so. */
export class AmbiguousIdError extends Error {
  /** What was asked for. */
  readonly wanted: string;
  /** The ids that start with it. */
  readonly candidates: readonly string[];

  constructor(message: string, wanted: string, candidates: readonly string[]) {
    super(message);
    this.name = "AmbiguousIdError";
    this.wanted = wanted;
    this.candidates = candidates;
  }
}

/**
 * The id that is meant, or undefined where none has that name or starts so.
 *
 * @param nouns What the ids are of, in the plural, for the error.
 * @throws {AmbiguousIdError} If several start so.
 */
export function matchId(
  wanted: string,
  ids: ReadonlySet<string>,
  nouns: string,
): string | undefined {
  if (ids.has(wanted)) return wanted;
  const candidates = wanted === "" ? [] : [...ids].filter((id) => id.startsWith(wanted));
  if (candidates.length <= 1) return candidates[0];
  const shown = candidates.slice(0, candidatesShownMax).join(", ");
  const hidden = candidates.length - candidatesShownMax;
  const more = hidden > 0 ? ` and ${hidden} more` : "";
  throw new AmbiguousIdError(
    `${candidates.length} ${nouns} start with ${JSON.stringify(wanted)}: ${shown}${more}`,
    wanted,
    candidates,
  );
}

/**
 * The error for an id that nothing has.
 *
 * @param ids Those that there are.
 * @param what What was looked for: `trace`, `error`.
 * @param sessions What was searched.
 */
export function unknownId(
  wanted: string,
  ids: ReadonlySet<string>,
  what: string,
  sessions: readonly { readonly id: string }[],
): UnknownIdError {
  const [only] = sessions;
  const where = sessions.length === 1 && only
    ? `the session ${only.id}`
    : `any of the ${sessions.length} sessions`;
  const nearest = nearestIds(wanted, [...ids]);
  const hint = nearest.length > 0 ? `. Nearest: ${nearest.join(", ")}` : `: it has no ${what}s`;
  const message = `No ${what} ${JSON.stringify(wanted)} in ${where}${hint}`;
  return new UnknownIdError(message, wanted, nearest);
}
