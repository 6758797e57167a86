/** A session held in lists. */

import type { BundleSource, SourceRecord } from "../../lib/bundle/mod.ts";
import type {
  ErrorReport,
  LlmTranscript,
  Metric,
  Problem,
  SessionState,
  StateDiff,
  Trace,
} from "../../lib/format/mod.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";

/** What a test's session holds; everything else is empty. */
export interface SourceLists {
  log?: LogRecord[];
  traces?: Trace[];
  calls?: LlmTranscript[];
  errors?: ErrorReport[];
  diffs?: StateDiff[];
  metrics?: Metric[];
  state?: SessionState | null;
  problems?: Problem[];
  /** Further files, by path. */
  json?: Record<string, unknown>;
  title?: string;
}

/** Rows in a batch of {@linkcode listSource}'s log. */
const batchRows = 7;

/** Makes a source of lists. */
export function listSource(lists: SourceLists = {}): BundleSource {
  const json = lists.json ?? {};
  async function* batches<T>(items: T[]) {
    for (let i = 0; i < items.length; i += batchRows) {
      await Promise.resolve();
      yield items.slice(i, i + batchRows);
    }
  }
  async function* stored<T>(records: T[], folder: string): AsyncGenerator<SourceRecord<T>> {
    let number = 0;
    for (const record of records) {
      await Promise.resolve();
      const { trace_id } = record as { trace_id: string };
      const suffix = folder === "errors" ? "_error" : "";
      yield { file: `logs/${folder}/${trace_id}${suffix}.json`, bytes: 100 + number++, record };
    }
  }
  return {
    id: "demo-20251118T081417Z-ab12",
    problems: lists.problems ?? [],
    summary: () => ({
      id: "demo-20251118T081417Z-ab12",
      name: "demo",
      title: lists.title ?? "A demo",
      purpose: "",
      project_root: "/project",
      created: null,
      updated: null,
      done: false,
      now: null,
      has_state: Boolean(lists.state),
    }),
    state: () => lists.state ?? null,
    plan: () => null,
    feedback: () => null,
    deadlock: () => null,
    lockInfo: () => null,
    lockQueue: () => [],
    agentTranscript: () => [],
    log: () => batches(lists.log ?? []),
    traces: () => stored(lists.traces ?? [], "traces"),
    llmTranscripts: () => stored(lists.calls ?? [], "llm_transcripts"),
    errors: () => stored(lists.errors ?? [], "errors"),
    diffs: () => stored(lists.diffs ?? [], "diffs"),
    metrics: () => batches(lists.metrics ?? []),
    files: () => Object.keys(json).map((file) => ({ file, bytes: 10 })),
    readJson: (file) => json[file] ?? null,
  };
}
