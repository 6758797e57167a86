/**
 * The dashboard's first page: all sessions in a few words each.
 *
 * @module
 */

import { bundleVersion, type SessionCard, type SessionsHead } from "../lib/bundle/mod.ts";
import { levels } from "../lib/format/mod.ts";
import type { SessionSummary } from "../lib/store/mod.ts";

/** What the table of sessions shows. */
export function dashboardHead(
  summaries: readonly SessionSummary[],
  version: string,
): SessionsHead {
  const { length } = summaries;
  return {
    bundle_version: bundleVersion,
    planloop_version: version,
    title: `${length} session${length === 1 ? "" : "s"}`,
    sessions: summaries.map(card),
  };
}

function card(summary: SessionSummary): SessionCard {
  const { id, name, title, purpose, project_root, created, updated, done, now } = summary;
  const { has_state, tasks, tasks_done } = summary;
  return {
    key: id,
    title: title || name || id,
    session: { id, name, title, purpose, project_root, created, updated, done, now, has_state },
    time_range: { start: null, end: null },
    counts: {
      tasks,
      tasks_done,
      logs: 0,
      llm_calls: 0,
      llm_failed: 0,
      llm_open: 0,
      traces: 0,
      traces_failed: 0,
      traces_open: 0,
      errors: 0,
      lock_requests: 0,
      changes: 0,
      metrics: 0,
      problems: 0,
    },
    levels: Object.fromEntries(levels.map((level) => [level, 0])) as SessionCard["levels"],
    llm: {
      input_tokens: null,
      output_tokens: null,
      tokens_unknown: 0,
      cost_usd: null,
      cost_unknown: 0,
    },
    finding: null,
    is_summary: true,
  };
}
