/**
 * The lock as the session's files left it: who has it, who waits.
 *
 * @module
 */

import type { VNode } from "preact";
import type { SessionSection } from "../../../lib/bundle/sections.ts";
import { Count, Status, Text, Time, usePortion } from "../../components/mod.ts";
import { hrefKey } from "../../state/route.ts";

/** Entries shown of a longer queue. */
const entriesMax = 5;

/** Who holds the lock and who waits, by `.lock_info` and `.lock_queue`. */
export function LockQueue({ files }: { files: SessionSection }): VNode | null {
  const { lock_info, lock_queue, deadlock } = files;
  const { shown, more } = usePortion(lock_queue.length, entriesMax, "in the queue", 8);
  const stalled = deadlock !== null &&
    (deadlock.no_progress_counter > 0 || (deadlock.queue_stall_counter ?? 0) > 0);
  if (!lock_info && lock_queue.length === 0 && !stalled) return null;
  const queue = [...lock_queue].sort((a, b) => a.requested_at - b.requested_at);
  return (
    <section class="lock-now" aria-label="The lock as the files left it">
      <p class="lock-now-line">
        {lock_info
          ? (
            <>
              <Status word="held" tone="warning" />
              <span>
                by <Text class="mono" value={lock_info.held_by} max={60} /> for{" "}
                <Text value={lock_info.operation} max={60} /> since{" "}
                <Time value={lock_info.since * 1000} mode="full" />
              </span>
            </>
          )
          : <Status word="free" tone="ok" />}
        {stalled && (
          <span class="muted">
            no progress <Count value={deadlock.no_progress_counter} /> times, queue stalled{" "}
            <Count value={deadlock.queue_stall_counter ?? 0} /> times
          </span>
        )}
      </p>
      {queue.length > 0 && (
        <ol class="lock-queue" aria-label="Queue">
          {queue.slice(0, shown).map((entry, index) => (
            <li key={entry.id}>
              <span class="muted figure">{index + 1}</span>
              <a href={hrefKey(entry.id)}>
                <Text value={entry.agent} max={40} bare />
              </a>
              <Text value={entry.operation} max={40} />
              <Time value={entry.requested_at * 1000} />
              {entry.pid !== undefined && <span class="muted mono">pid {entry.pid}</span>}
              {entry.host !== undefined && <Text class="muted mono" value={entry.host} max={40} />}
            </li>
          ))}
          {more && <li>{more}</li>}
        </ol>
      )}
    </section>
  );
}
