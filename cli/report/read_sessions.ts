/**
 * Stored sessions → the payload of a report of one or several.
 *
 * @module
 */

import {
  type Bundle,
  type BundleProgress,
  type ReportHeader,
  type ReportScope,
  sessionCard,
  type SessionsHead,
  writeBundle,
} from "../../lib/bundle/mod.ts";
import type { BundleOptions } from "../../lib/bundle/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { planloopVersion } from "../version.ts";
import type { ChunkSpool } from "./chunk_spool.ts";
import { checkShown, ReportScopeError, scopeSession } from "./scoped.ts";

/** A session that is in the report. */
export interface ReadSession extends Bundle {
  session: StoredSession;
}

/** How sessions are read. */
export interface ReadingOptions {
  scope: ReportScope | undefined;
  /** Where the payload goes; what it throws ends the reading. */
  spool: Pick<ChunkSpool, "add" | "forget">;
  /** Options for one session. */
  bundle: (session: StoredSession) => Omit<BundleOptions, "planloopVersion" | "onProgress">;
  onProgress: (index: number, progress: BundleProgress) => void;
}

/**
 * Reads sessions one after the other. Of several, those that hold nothing of what the scope asks for
 * are left out.
 *
 * @throws {ReportScopeError} If none is left.
 */
export async function readSessions(
  sessions: readonly StoredSession[],
  options: ReadingOptions,
): Promise<ReadSession[]> {
  const read: ReadSession[] = [];
  let refusal: unknown;
  for (const [index, session] of sessions.entries()) {
    const place = read.length;
    try {
      read.push({ session, ...await readSession(session, place, index, options) });
    } catch (error) {
      if (!(error instanceof ReportScopeError)) throw error;
      options.spool.forget(place);
      refusal ??= error;
    }
  }
  if (read.length === 0) throw refusal;
  return read;
}

async function readSession(
  session: StoredSession,
  place: number,
  index: number,
  { scope, spool, bundle, onProgress }: ReadingOptions,
): Promise<Bundle> {
  const scoped = scope && await scopeSession(session, scope);
  const made = await writeBundle(
    scoped ?? session,
    (chunk) => spool.add(place, chunk),
    {
      ...bundle(session),
      ...(scoped && { scope: () => scoped.account() }),
      planloopVersion,
      onProgress: (progress) => onProgress(index, progress),
    },
  );
  if (made.header.scope) checkShown(session.id, made.header.counts, made.header.scope);
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
