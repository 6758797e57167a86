/**
 * The time zone of the Python planloop's text log, which writes local times and no zone.
 *
 * @module
 */

import { type EpochMs, type LockEventName, sessionIdTime } from "../format/mod.ts";

/** One moment known twice: as the text log has it, and in UTC. */
export interface ZoneAnchor {
  /** The text log's time, read as if it were UTC. */
  local: EpochMs;
  /** The same moment in UTC. */
  utc: EpochMs;
}

/** What the anchors say. */
export interface ZoneOffset {
  /** What to add to UTC to get the log's local time, in minutes: -480 is UTC-8. */
  offset_minutes: number;
  /** How many anchors say so. */
  votes: number;
  /** How many usable anchors say something else. */
  against: number;
}

/** Zones differ by multiples of this, in minutes. */
const zoneStepMinutes = 15;
/** Zones in use reach from UTC-12 to UTC+14, in minutes. */
const zoneMinutesMin = -12 * 60;
const zoneMinutesMax = 14 * 60;
/** How far two writers' clocks of one moment may be apart, in minutes. */
const anchorErrorMinutesMax = 2;

/**
 * Infers the zone of a text log from moments known twice: the offset that most anchors say, rounded
 * to 15 minutes; among equals the first. Anchors that fit no zone are left out.
 *
 * @returns `undefined` without a usable anchor.
 *
 * @example
 * ```ts
 * import { inferZoneOffset } from "planloop/read";
 *
 * const local = Date.UTC(2025, 10, 15, 20, 14, 55);
 * inferZoneOffset([{ local, utc: local + 8 * 3600_000 }])?.offset_minutes; // -480
 * ```
 */
export function inferZoneOffset(anchors: Iterable<ZoneAnchor>): ZoneOffset | undefined {
  const votes = new Map<number, number>();
  let usable = 0;
  for (const { local, utc } of anchors) {
    const minutes = (local - utc) / 60_000;
    const offset = Math.round(minutes / zoneStepMinutes) * zoneStepMinutes;
    if (!(Math.abs(minutes - offset) <= anchorErrorMinutesMax)) continue;
    if (offset < zoneMinutesMin || offset > zoneMinutesMax) continue;
    usable++;
    votes.set(offset, (votes.get(offset) ?? 0) + 1);
  }
  let best: ZoneOffset | undefined;
  for (const [offset, count] of votes) {
    if (!best || count > best.votes) {
      best = { offset_minutes: offset + 0, votes: count, against: usable - count };
    }
  }
  return best;
}

/** What else a session knows, in UTC, of moments that the text log names. */
export interface ZoneHints {
  /** `created_at` of `state.json`. */
  created?: EpochMs | null;
  /** Times of the lock events, by {@linkcode lockMomentKey}. */
  lock_events?: ReadonlyMap<string, EpochMs>;
}

/** The key of a lock event's moment in {@linkcode ZoneHints}. */
export function lockMomentKey(event: LockEventName, entryId: string): string {
  return `${event} ${entryId.toLowerCase()}`;
}

const created = /^Session created: (\S+)$/;
const queued = /^Queue entry ([0-9a-fA-F-]{8,64}) (registered|removed)/;

/**
 * The anchor that a line of the text log gives, where it gives one: a created session's id holds
 * its moment, the first state was saved at `created_at`, and a queue entry's id is that of lock
 * events.
 */
export function zoneAnchor(
  local: EpochMs,
  message: string,
  hints: ZoneHints,
): ZoneAnchor | undefined {
  const line = message.split("\n", 1)[0]!;
  const session = created.exec(line);
  if (session) return anchor(local, sessionIdTime(session[1]!));
  if (line === "Initial session state") return anchor(local, hints.created);
  const entry = queued.exec(line);
  if (!entry) return undefined;
  const event = entry[2] === "registered" ? "lock_requested" : "lock_released";
  return anchor(local, hints.lock_events?.get(lockMomentKey(event, entry[1]!)));
}

function anchor(local: EpochMs, utc: EpochMs | null | undefined): ZoneAnchor | undefined {
  return utc === null || utc === undefined ? undefined : { local, utc };
}
