/**
 * The error of a wait that took too long.
 *
 * @module
 */

/** What is known at a timeout. */
export interface LockTimeoutDetails {
  /** The session's folder, absolute. */
  sessionPath: string;
  /** What the lock was wanted for. */
  operation: string;
  /** Who is in the way: `pid:<n>` or an agent's name; null where that cannot be told. */
  holder: string | null;
  /** What the holder does with the lock; null where unknown. */
  holder_operation: string | null;
  /** The host that the holder runs on; null where that is this one, or unknown. */
  holder_host: string | null;
  /** How long it has been held, in milliseconds; null where nobody holds it, or unknown. */
  held_ms: number | null;
  /** How long the request waited, in milliseconds. */
  waited_ms: number;
  /** Whether the holder is the waiting process itself. */
  own_process: boolean;
}

/**
 * The session's lock could not be had in time. The request is out of the queue.
 *
 * @example Say who is in the way
 * ```ts
 * import { LockTimeoutError, openSession } from "planloop";
 *
 * using session = openSession({ name: "example" });
 * try {
 *   await session.withLock("update", () => {}, { timeout_ms: 1000 });
 * } catch (error) {
 *   if (!(error instanceof LockTimeoutError)) throw error;
 *   console.error(`${error.holder} has held the lock for ${error.held_ms} ms`);
 * }
 * ```
 */
export class LockTimeoutError extends Error {
  /** `LockTimeoutError`. */
  override readonly name = "LockTimeoutError";
  /** Who is in the way: `pid:<n>` or an agent's name; null where that cannot be told. */
  readonly holder: string | null;
  /** What the holder does with the lock; null where unknown. */
  readonly holder_operation: string | null;
  /** The host that the holder runs on; null where that is this one, or unknown. */
  readonly holder_host: string | null;
  /** How long it has been held, in milliseconds; null where nobody holds it, or unknown. */
  readonly held_ms: number | null;
  /** How long the request waited, in milliseconds. */
  readonly waited_ms: number;

  /** Makes the sentence of what is known. */
  constructor(details: LockTimeoutDetails) {
    super(sentence(details));
    this.holder = details.holder;
    this.holder_operation = details.holder_operation;
    this.holder_host = details.holder_host;
    this.held_ms = details.held_ms;
    this.waited_ms = details.waited_ms;
  }
}

function sentence(details: LockTimeoutDetails): string {
  const { holder, holder_operation: operation, holder_host: host, held_ms: held } = details;
  const waited = `Cannot lock ${details.sessionPath} for "${details.operation}": waited ` +
    `${Math.round(details.waited_ms)} ms`;
  if (holder === null) return `${waited}, and the holder is unknown. Look for a stale .lock there.`;
  const who = host === null ? holder : `${holder} on the host ${host}`;
  const doing = operation === null ? "" : ` for "${operation}"`;
  const since = held === null ? "is next in the queue" : `has held it for ${Math.round(held)} ms`;
  return `${waited}; ${who} ${since}${doing}. ${adviceFor(details)}`;
}

function adviceFor({ own_process: own, holder_host: host }: LockTimeoutDetails): string {
  if (own) return "That is this very process: a lock does not nest, so release it first.";
  if (host === null) return "Wait longer (timeout_ms), or see what that process does.";
  return "Whether it lives can only be told there: if it is gone, remove its files from " +
    ".lock_queue, .lock and .lock_info.";
}
