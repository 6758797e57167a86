/**
 * The error of a state that is not the one that was to be changed.
 *
 * @module
 */

/** What is known of a conflict. */
export interface StateConflictDetails {
  /** The state's file. */
  path: string;
  /** The version that the change was for. */
  expected_version: number;
  /** The version that was found. */
  found_version: number;
  /** How often the change was made and could not be saved; 0 where it was not made at all. */
  attempts: number;
}

/**
 * The state was changed by somebody else. Nothing of this change was saved.
 *
 * @example Change only what was looked at
 * ```ts
 * import { openSession, StateConflictError } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * const { version } = session.state();
 * try {
 *   await session.updateState((state) => {
 *     state.done = true;
 *   }, { expected_version: version });
 * } catch (error) {
 *   if (!(error instanceof StateConflictError)) throw error;
 *   console.error(`Somebody was faster: version ${error.found_version}`);
 * }
 * ```
 */
export class StateConflictError extends Error {
  /** `StateConflictError`. */
  override readonly name = "StateConflictError";
  /** The version that the change was for. */
  readonly expected_version: number;
  /** The version that was found. */
  readonly found_version: number;

  /** Makes the sentence of what is known. */
  constructor(details: StateConflictDetails) {
    super(sentence(details));
    this.expected_version = details.expected_version;
    this.found_version = details.found_version;
  }
}

function sentence(details: StateConflictDetails): string {
  const { path, expected_version: expected, found_version: found, attempts } = details;
  if (attempts === 0) {
    return `Cannot change ${path}: it has version ${found}, expected ${expected}. Read it again, ` +
      "and decide anew.";
  }
  return `Cannot change ${path}: somebody who does not take the lock changed it during each of ` +
    `${attempts} attempts, last from version ${expected} to ${found}. Find out who writes it.`;
}
