/**
 * Every kind of record, in one table: where it lives, its schema, an example. The published spec,
 * the JSON Schemas and the conformance tests are made from it.
 *
 * @module
 */

import type { AgentTranscriptLine } from "./agent_transcript.ts";
import { agentTranscriptLineSchema } from "./agent_transcript.schema.ts";
import type { ErrorReport } from "./error_report.ts";
import { errorReportSchema } from "./error_report.schema.ts";
import {
  deadlockFileSchema,
  feedbackSchema,
  lockInfoSchema,
  lockQueueEntrySchema,
  planFrontMatterSchema,
  sessionIndexSchema,
} from "./home_files.schema.ts";
import type {
  DeadlockFile,
  Feedback,
  LockInfo,
  LockQueueEntry,
  PlanFrontMatter,
  SessionIndex,
} from "./home_files.ts";
import * as examples from "./kind_examples.ts";
import { homeLayout, recordNames, sessionLayout } from "./layout.ts";
import type { LlmJournalLine } from "./llm_journal.ts";
import { llmJournalLineSchema } from "./llm_journal.schema.ts";
import type { LlmTranscript } from "./llm_transcript.ts";
import { llmTranscriptSchema } from "./llm_transcript.schema.ts";
import type { LockEvent, LogLine, ValidationEvent } from "./log_line.ts";
import { lockEventSchema, logLineSchema, validationEventSchema } from "./log_line.schema.ts";
import type { Metric } from "./metric.ts";
import { metricSchema } from "./metric.schema.ts";
import type { Schema } from "./schema.ts";
import * as shared from "./shared_examples.ts";
import type { SessionState } from "./state.ts";
import { sessionStateSchema } from "./state.schema.ts";
import type { StateDiff } from "./state_diff.ts";
import { stateDiffSchema } from "./state_diff.schema.ts";
import type { Trace } from "./trace.ts";
import { traceSchema } from "./trace.schema.ts";
import type { TraceJournalLine } from "./trace_journal.ts";
import { traceJournalLineSchema } from "./trace_journal.schema.ts";

/** The version of the formats, in the schemas' ids: raised when a documented key changes. */
export const formatVersion = 1;

/** One kind of record. */
export interface RecordKind<T> {
  /** The kind's name, also of its schema file and goldens. */
  readonly name: string;
  /** The kind's name for people. */
  readonly title: string;
  /** Where it lives, relative to `root`; `<trace>` and `<id>` stand for ids. */
  readonly files: readonly string[];
  /** The folder that `files` are relative to. */
  readonly root: "session" | "home";
  /** A whole file is one record, or each of its lines is, or its front matter. */
  readonly unit: "file" | "line" | "front matter";
  /** Who writes it. */
  readonly writers: "planloop" | "both" | "Python";
  readonly schema: Schema<T>;
  /** A value that is valid. */
  readonly example: T;
}

/** The kinds by name, with the type of their records. */
export interface RecordKinds {
  readonly log_line: RecordKind<LogLine>;
  readonly lock_event: RecordKind<LockEvent>;
  readonly validation_event: RecordKind<ValidationEvent>;
  readonly trace: RecordKind<Trace>;
  readonly trace_journal: RecordKind<TraceJournalLine>;
  readonly llm_transcript: RecordKind<LlmTranscript>;
  readonly llm_journal: RecordKind<LlmJournalLine>;
  readonly state_diff: RecordKind<StateDiff>;
  readonly error_report: RecordKind<ErrorReport>;
  readonly metric: RecordKind<Metric>;
  readonly session_state: RecordKind<SessionState>;
  readonly plan_front_matter: RecordKind<PlanFrontMatter>;
  readonly session_index: RecordKind<SessionIndex>;
  readonly lock_info: RecordKind<LockInfo>;
  readonly lock_queue_entry: RecordKind<LockQueueEntry>;
  readonly deadlock: RecordKind<DeadlockFile>;
  readonly feedback: RecordKind<Feedback>;
  readonly agent_transcript: RecordKind<AgentTranscriptLine>;
}

const TRACE = "<trace>";

/** A record's path in the spec: the real name with a placeholder for the trace's id. */
function place(folder: string, name: (trace: string) => string): string {
  return `${folder}/${name("TRACE").replace("TRACE", TRACE)}`;
}

const line = { root: "session", unit: "line" } as const;
const file = { root: "session", unit: "file" } as const;

/** Every kind of record by name, in the order of the spec. */
export const recordKinds: RecordKinds = {
  log_line: {
    ...line,
    name: "log_line",
    title: "Log line",
    files: [sessionLayout.log],
    writers: "planloop",
    schema: logLineSchema,
    example: examples.logLine,
  },
  lock_event: {
    ...line,
    name: "lock_event",
    title: "Lock event",
    files: [sessionLayout.log],
    writers: "planloop",
    schema: lockEventSchema,
    example: examples.lockEvent,
  },
  validation_event: {
    ...line,
    name: "validation_event",
    title: "Validation event",
    files: [sessionLayout.log],
    writers: "planloop",
    schema: validationEventSchema,
    example: examples.validationEvent,
  },
  trace: {
    ...file,
    name: "trace",
    title: "Trace",
    files: [place(sessionLayout.traces, recordNames.trace)],
    writers: "planloop",
    schema: traceSchema,
    example: examples.trace,
  },
  trace_journal: {
    ...line,
    name: "trace_journal",
    title: "Trace journal",
    files: [place(sessionLayout.traces, recordNames.traceJournal)],
    writers: "planloop",
    schema: traceJournalLineSchema,
    example: examples.traceJournalLine,
  },
  llm_transcript: {
    ...file,
    name: "llm_transcript",
    title: "LLM transcript",
    files: [place(sessionLayout.llmTranscripts, recordNames.llm)],
    writers: "planloop",
    schema: llmTranscriptSchema,
    example: examples.llmTranscript,
  },
  llm_journal: {
    ...line,
    name: "llm_journal",
    title: "LLM journal",
    files: [place(sessionLayout.llmTranscripts, recordNames.llmJournal)],
    writers: "planloop",
    schema: llmJournalLineSchema,
    example: examples.llmJournalLine,
  },
  state_diff: {
    ...file,
    name: "state_diff",
    title: "State diff",
    files: [place(sessionLayout.diffs, recordNames.diff)],
    writers: "planloop",
    schema: stateDiffSchema,
    example: examples.stateDiff,
  },
  error_report: {
    ...file,
    name: "error_report",
    title: "Error report",
    files: [place(sessionLayout.errors, recordNames.error)],
    writers: "planloop",
    schema: errorReportSchema,
    example: examples.errorReport,
  },
  metric: {
    ...line,
    name: "metric",
    title: "Metric",
    files: [sessionLayout.metrics],
    writers: "planloop",
    schema: metricSchema,
    example: examples.metric,
  },
  session_state: {
    ...file,
    name: "session_state",
    title: "Session state",
    files: [
      sessionLayout.state,
      place(sessionLayout.diffs, recordNames.diffBefore),
      place(sessionLayout.diffs, recordNames.diffAfter),
      place(sessionLayout.errors, recordNames.errorState),
    ],
    writers: "both",
    schema: sessionStateSchema,
    example: shared.sessionState,
  },
  plan_front_matter: {
    root: "session",
    unit: "front matter",
    name: "plan_front_matter",
    title: "Plan front matter",
    files: [sessionLayout.plan],
    writers: "both",
    schema: planFrontMatterSchema,
    example: shared.planFrontMatter,
  },
  session_index: {
    root: "home",
    unit: "file",
    name: "session_index",
    title: "Session index",
    files: [homeLayout.index],
    writers: "both",
    schema: sessionIndexSchema,
    example: shared.sessionIndex,
  },
  lock_info: {
    ...file,
    name: "lock_info",
    title: "Lock info",
    files: [sessionLayout.lockInfo],
    writers: "both",
    schema: lockInfoSchema,
    example: shared.lockInfo,
  },
  lock_queue_entry: {
    ...file,
    name: "lock_queue_entry",
    title: "Lock queue entry",
    files: [`${sessionLayout.lockQueue}/<id>.json`],
    writers: "both",
    schema: lockQueueEntrySchema,
    example: shared.lockQueueEntry,
  },
  deadlock: {
    ...file,
    name: "deadlock",
    title: "Deadlock counters",
    files: [sessionLayout.deadlock],
    writers: "both",
    schema: deadlockFileSchema,
    example: shared.deadlock,
  },
  feedback: {
    ...file,
    name: "feedback",
    title: "Feedback",
    files: [sessionLayout.feedback],
    writers: "Python",
    schema: feedbackSchema,
    example: shared.feedback,
  },
  agent_transcript: {
    ...line,
    name: "agent_transcript",
    title: "Agent transcript",
    files: [sessionLayout.agentTranscript],
    writers: "Python",
    schema: agentTranscriptLineSchema,
    example: shared.agentTranscriptLine,
  },
};

/** A kind's name. */
export type RecordKindName = keyof RecordKinds;

/** The id of a kind's published JSON Schema. */
export function schemaId(name: RecordKindName): string {
  return `urn:planloop:format:${formatVersion}:${name}`;
}
