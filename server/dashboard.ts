/**
 * The dashboard's first page: all sessions in a few words each.
 *
 * @module
 */

import { bundleVersion, type SummariesHead, type SummaryCard } from "../lib/bundle/mod.ts";
import type { SessionSummary } from "../lib/store/mod.ts";

/** What the table of sessions shows. */
export function dashboardHead(
  summaries: readonly SessionSummary[],
  version: string,
): SummariesHead {
  const { length } = summaries;
  return {
    bundle_version: bundleVersion,
    planloop_version: version,
    title: `${length} session${length === 1 ? "" : "s"}`,
    sessions: summaries.map(card),
  };
}

function card(summary: SessionSummary): SummaryCard {
  const { id, name, title, purpose, project_root, created, updated, done, now } = summary;
  const { has_state, tasks, tasks_done } = summary;
  return {
    title: title || name || id,
    session: { id, name, title, purpose, project_root, created, updated, done, now, has_state },
    tasks,
    tasks_done,
  };
}
