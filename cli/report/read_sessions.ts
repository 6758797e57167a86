/**
 * Stored sessions → the payload of a report of one or several.
 *
 * @module
 */

import {
  type Bundle,
  type ReportHeader,
  type Selection,
  sessionCard,
  type SessionsHead,
  writeBundle,
} from "../../lib/bundle/mod.ts";
import type { BundleOptions } from "../../lib/bundle/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { planloopVersion } from "../version.ts";
import type { ChunkSpool } from "./chunk_spool.ts";
import type { ReadingState } from "./reading_watch.ts";
import {
  checkShown,
  isWhole,
  type LeftOutSession,
  ReportScopeError,
  type ScopedSession,
} from "./scoped.ts";

/** A session that is in the report. */
export interface ReadSession extends Bundle {
  session: StoredSession;
}

/** How sessions are read. */
export interface ReadingOptions {
  /** What is kept of each session for the sake of size; null for everything. */
  selections: readonly Selection[] | null;
  /** Where the payload goes; what it throws ends the reading. */
  spool: Pick<ChunkSpool, "add" | "forget">;
  /** Options for one session. */
  bundle: (session: StoredSession) => Omit<BundleOptions, "planloopVersion" | "onProgress">;
  /** Follows the reading of a session, by its number; what it throws ends it. */
  onRead: (index: number, state: ReadingState) => void;
}

/**
 * Reads sessions one after the other. Of several, those that hold nothing of what was asked for are
 * left out.
 *
 * @throws {ReportScopeError} If none is left.
 */
export async function readSessions(
  sessions: readonly ScopedSession[],
  options: ReadingOptions,
): Promise<{ read: ReadSession[]; leftOut: LeftOutSession[] }> {
  const read: ReadSession[] = [];
  const leftOut: LeftOutSession[] = [];
  let refusal: unknown;
  for (const [index, session] of sessions.entries()) {
    const place = read.length;
    try {
      read.push({ session: session.session, ...await readSession(session, place, index, options) });
    } catch (error) {
      if (!(error instanceof ReportScopeError)) throw error;
      options.spool.forget(place);
      refusal ??= error;
      leftOut.push({ session: session.session, reason: error.message });
    }
  }
  if (read.length === 0) throw refusal;
  return { read, leftOut };
}

async function readSession(
  scoped: ScopedSession,
  place: number,
  index: number,
  { selections, spool, bundle, onRead }: ReadingOptions,
): Promise<Bundle> {
  const { session } = scoped;
  const source = scoped.open(selections?.[index] ?? null, (state) => onRead(index, state));
  const made = await writeBundle(
    source,
    (chunk) => spool.add(place, chunk),
    {
      ...bundle(session),
      ...(!isWhole(source.scope) && { scope: () => source.account() }),
      planloopVersion,
    },
  );
  if (made.header.scope) checkShown(session.id, source.found, made.header.scope);
  return made;
}

/** The head of a report of several sessions. */
export function sessionsHead(
  read: readonly { header: ReportHeader }[],
  title: string | undefined,
): SessionsHead {
  const { bundle_version, planloop_version } = read[0]!.header;
  const keys = sessionKeys(read.map(({ header }) => header));
  const sessions = read.map(({ header }, index) => sessionCard(keys[index]!, header));
  return {
    bundle_version,
    planloop_version,
    title: title ?? `${sessions.length} sessions`,
    sessions,
  };
}

/** The keys of sessions in the address: their ids, with a number where one comes twice. */
export function sessionKeys(headers: readonly ReportHeader[]): string[] {
  const times = new Map<string, number>();
  return headers.map(({ session: { id } }) => {
    const count = (times.get(id) ?? 0) + 1;
    times.set(id, count);
    return count === 1 ? id : `${id}~${count}`;
  });
}
