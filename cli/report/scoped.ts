/**
 * A session, limited to what was asked for.
 *
 * @module
 */

import {
  type BundleSource,
  type ReportScope,
  type ScopeAccount,
  ScopedSource,
  scopeText,
  type Selection,
  TraceSurvey,
} from "../../lib/bundle/mod.ts";
import type { LogScanKernel } from "../../lib/read/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { nearestName } from "../nearest_name.ts";
import { isoTime } from "../units.ts";
import { type ReadingListener, type ReadingState, watchReading } from "./reading_watch.ts";

/** What was asked for is not in the session. */
export class ReportScopeError extends Error {
  override readonly name = "ReportScopeError";
}

/** A session that is not in the report. */
export interface LeftOutSession {
  session: StoredSession;
  /** Why, in a sentence. */
  reason: string;
}

/** Most traces that a message lists. */
const listedMax = 5;

/** A session, limited to a scope. */
export class ScopedSession {
  readonly session: StoredSession;
  readonly #scope: ReportScope;
  readonly #traces: ReadonlySet<string> | null;
  readonly #kernel: LogScanKernel | undefined;

  private constructor(
    session: StoredSession,
    scope: ReportScope,
    traces: ReadonlySet<string> | null,
    kernel: LogScanKernel | undefined,
  ) {
    this.session = session;
    this.#scope = scope;
    this.#traces = traces;
    this.#kernel = kernel;
  }

  /**
   * Limits a session. Where traces have to be known first, the session is read once for that.
   *
   * @param scope Its trace may be the start of one id.
   * @param onRead Follows that reading.
   * @param kernel Recognises the log's lines faster. Default: TypeScript does.
   * @throws {ReportScopeError} If no trace, or more than one, starts so.
   */
  static async of(
    session: StoredSession,
    scope: ReportScope,
    onRead: ReadingListener,
    kernel?: LogScanKernel,
  ): Promise<ScopedSession> {
    if (!needsSurvey(scope)) return new ScopedSession(session, scope, null, kernel);
    const survey = await TraceSurvey.of(watch(session, onRead, kernel));
    const trace = scope.trace === null ? null : findTrace(scope.trace, survey.ids, session.id);
    const wrong = scope.only === null ? null : survey.wentWrong();
    const shown = trace === null
      ? wrong
      : new Set([...survey.family(trace)].filter((id) => wrong?.has(id) ?? true));
    return new ScopedSession(session, { ...scope, trace }, shown, kernel);
  }

  /**
   * What is to be read, once.
   *
   * @param selection What is kept for the sake of size; null for everything.
   * @param onRead Follows the reading, also of what is not shown.
   */
  open(selection: Selection | null, onRead: ReadingListener): ScopedSource {
    const size_max_bytes = selection ? this.#scope.size_max_bytes : null;
    return new ScopedSource(
      watch(this.session, onRead, this.#kernel),
      { ...this.#scope, size_max_bytes },
      this.#traces,
      selection,
    );
  }
}

function watch(
  session: StoredSession,
  onRead: ReadingListener,
  kernel: LogScanKernel | undefined,
): BundleSource {
  return watchReading(session, onRead, () => session.logRows(undefined, kernel));
}

/** Whether sessions are to be read once to know what to show of them. */
export function needsSurvey({ trace, only }: ReportScope): boolean {
  return trace !== null || only !== null;
}

/**
 * Limits sessions; of several, those that lack the scope's trace are left out.
 *
 * @param onRead Follows the reading of a session, which is told by its number.
 * @param kernel Recognises the logs' lines faster. Default: TypeScript does.
 * @throws {ReportScopeError} If none is left.
 */
export async function scopeSessions(
  sessions: readonly StoredSession[],
  scope: ReportScope,
  onRead: (index: number, state: ReadingState) => void,
  kernel?: LogScanKernel,
): Promise<{ scoped: ScopedSession[]; leftOut: LeftOutSession[] }> {
  const scoped: ScopedSession[] = [];
  const leftOut: LeftOutSession[] = [];
  let refusal: unknown;
  for (const [index, session] of sessions.entries()) {
    try {
      scoped.push(await ScopedSession.of(session, scope, (state) => onRead(index, state), kernel));
    } catch (error) {
      if (!(error instanceof ReportScopeError)) throw error;
      refusal ??= error;
      leftOut.push({ session, reason: error.message });
    }
  }
  if (scoped.length === 0) throw refusal;
  return { scoped, leftOut };
}

/** Whether a source shows everything: then its report is one of the whole session. */
export function isWhole(scope: ReportScope): boolean {
  return !asksForPart(scope) && scope.size_max_bytes === null;
}

function asksForPart({ trace, since, until, only }: ReportScope): boolean {
  return trace !== null || since !== null || until !== null || only !== null;
}

/**
 * Checks that a limited report has anything to show. One that is limited only in its size always
 * has: what the session is about is shown in any case.
 *
 * @param found Whether there is any record of what was asked for, for which there is room or not.
 * @throws {ReportScopeError} If it has not.
 */
export function checkShown(session: string, found: boolean, account: ScopeAccount): void {
  // Size is no reason for there being nothing.
  const scope = { ...account, size_max_bytes: null };
  if (found || !asksForPart(scope)) return;
  const { start, end } = scope.recorded;
  const times = start === null
    ? "It holds no record with a time."
    : `It was recorded from ${isoTime(start)} to ${isoTime(end)}.`;
  throw new ReportScopeError(
    `Cannot report on ${session}: it holds nothing of what was asked for (${scopeText(scope)}). ` +
      times,
  );
}

function findTrace(wanted: string, ids: readonly string[], session: string): string {
  if (ids.includes(wanted)) return wanted;
  const found = ids.filter((id) => id.startsWith(wanted));
  if (found.length === 1) return found[0]!;
  const what = `Cannot report on the trace "${wanted}" of ${session}`;
  if (found.length > 1) {
    throw new ReportScopeError(
      `${what}: ${found.length} traces start so. Say more of the id: ${listed(found)}.`,
    );
  }
  if (ids.length === 0) throw new ReportScopeError(`${what}: the session holds no traces.`);
  const nearest = nearestName(wanted, ids);
  throw new ReportScopeError(
    `${what}: there is none. ` +
      (nearest === undefined ? `The session holds ${listed(ids)}.` : `Did you mean ${nearest}?`),
  );
}

function listed(ids: readonly string[]): string {
  const more = ids.length - listedMax;
  const first = ids.slice(0, listedMax).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}
