/**
 * The documented keys of a request for the lock.
 *
 * @module
 */

import type { LockJson } from "../../lib/query/mod.ts";

/** Each key with its meaning, for the help. */
export const lockKeys: readonly (readonly [key: keyof LockJson, meaning: string])[] = [
  ["lock_entry_id", "the request's id, as on its events"],
  ["operation", "what the lock was wanted for"],
  ["agent", "who asked, or null"],
  ["trace_id", "the trace that asked, or null"],
  ["requested_at", "RFC 3339 in UTC, or null"],
  ["acquired_at", "or null"],
  ["released_at", "or null"],
  ["wait_ms", "how long it waited, or null"],
  ["hold_ms", "how long the lock was held, or null"],
  ["outcome", "released, held, waiting, timeout or broken"],
  ["blocked_by", "the request that held the lock meanwhile, or null"],
  ["holder", "who held it meanwhile, or null"],
  ["current", "waiting or holding at this moment, or null"],
  ["current_ms", "for how long, or null"],
];
