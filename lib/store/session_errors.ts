/**
 * What goes wrong when a session is looked for.
 *
 * @module
 */

/** No session of that name; carries what was searched and what comes near. */
export class SessionNotFoundError extends Error {
  /** The home that was searched. */
  readonly home: string;
  /** The id, prefix or path that was asked for; empty for "the current session". */
  readonly wanted: string;
  /** Ids that come near, nearest first. */
  readonly nearest: readonly string[];

  constructor(message: string, home: string, wanted: string, nearest: readonly string[] = []) {
    super(message);
    this.name = "SessionNotFoundError";
    this.home = home;
    this.wanted = wanted;
    this.nearest = nearest;
  }
}

/** A prefix that several sessions share. */
export class AmbiguousSessionError extends Error {
  /** The home that was searched. */
  readonly home: string;
  /** The prefix that was asked for. */
  readonly wanted: string;
  /** The ids that start with it, newest first. */
  readonly candidates: readonly string[];

  constructor(message: string, home: string, wanted: string, candidates: readonly string[]) {
    super(message);
    this.name = "AmbiguousSessionError";
    this.home = home;
    this.wanted = wanted;
    this.candidates = candidates;
  }
}
