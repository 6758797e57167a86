/**
 * The recorder's own failures: counted, told once on standard error, and never thrown.
 *
 * @module
 */

import type { ProcessInfo } from "../runtime/mod.ts";

/** Failures that were not yet written to the log. */
export interface PendingFailures {
  /** Records that were lost. */
  lost: number;
  /** The first failure's sentence. */
  reason: string;
}

/** Longest sentence that is told, in UTF-16 units. */
export const failureLengthMax = 1000;

/** Counts what a recorder failed to write. */
export class Failures {
  readonly #process: Pick<ProcessInfo, "warn">;
  #pending: PendingFailures = { lost: 0, reason: "" };
  #lostTotal = 0;
  #told = false;

  constructor(process: Pick<ProcessInfo, "warn">) {
    this.#process = process;
  }

  /** Records lost since the start. */
  get lostTotal(): number {
    return this.#lostTotal;
  }

  /** Whether lost records wait to be told in the log. */
  get hasPending(): boolean {
    return this.#pending.lost > 0;
  }

  /** A record could not be written, or `count` of them. */
  lost(action?: string, error?: unknown, count = 1): void {
    this.#pending.lost += count;
    this.#lostTotal += count;
    if (action !== undefined) this.note(action, error);
  }

  /** Something failed that loses no record by itself. */
  note(action: string, error?: unknown): void {
    const sentence = shown(error === undefined ? action : `${action}: ${messageOf(error)}`);
    this.#pending.reason ||= sentence;
    if (this.#told) return;
    this.#told = true;
    this.#process.warn(
      `planloop: ${sentence}. The program goes on; later failures are counted in the log, not here`,
    );
  }

  /** Takes what waits to be told, and forgets it. */
  takePending(): PendingFailures {
    const pending = this.#pending;
    this.#pending = { lost: 0, reason: "" };
    return pending;
  }

  /** Puts back what could not be told. */
  restorePending(pending: PendingFailures): void {
    this.#pending.lost += pending.lost;
    this.#pending.reason = pending.reason || this.#pending.reason;
  }
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return "a value that cannot be shown";
  }
}

/** A sentence of a length that a terminal takes, with nothing in it that steers one. */
function shown(sentence: string): string {
  const more = sentence.length - failureLengthMax;
  const kept = more > 0 ? `${sentence.slice(0, failureLengthMax)}…(${more} more)` : sentence;
  return kept.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (unit) => unit === "\n" ? unit : "\ufffd");
}
