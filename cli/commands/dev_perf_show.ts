/**
 * `planloop dev perf show`
 *
 * @module
 */

import type { Command } from "commander";
import { humanDuration, type Trace } from "../../lib/format/mod.ts";
import {
  findTrace,
  type FoundTrace,
  type QueryRecord,
  queryRecords,
  type SpanJson,
  spanRows,
  unknownId,
  UnknownIdError,
} from "../../lib/query/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { writeJson } from "../ask/json_output.ts";
import { perfOf, printPerf } from "../ask/perf.ts";
import {
  addSessionOptions,
  chosenSessions,
  sayProblemsOf,
  searchedSessions,
  type SessionOptions,
} from "../ask/sessions.ts";
import { printSpans } from "../ask/span_table.ts";
import { moment, printFacts } from "../ask/text_view.ts";
import type { CommandContext } from "../command.ts";
import { examplesHelp, jsonHelp } from "../help.ts";
import type { Io } from "../io.ts";
import { filled } from "../option_value.ts";

/** Adds the command's options, help and action. */
export function configure(command: Command, { io }: CommandContext): void {
  addSessionOptions(
    command.argument(
      "<trace|operation>",
      "a trace's id or the start of one; or an operation",
      filled,
    ),
    "then",
  )
    .option("--json", "JSON instead of tables")
    .addHelpText(
      "after",
      examplesHelp([
        ["planloop dev perf show tr_20261122081417_a1b2c3", "span by span"],
        ["planloop dev perf show update", "an operation: its traces, and the spans in them"],
      ]) + jsonHelp([
        ["", "of a trace:"],
        ["session_id, trace_id", "which one"],
        ["operation, command[]", "what was done"],
        ["status", "success, error or running"],
        ["started_at, duration_ms", "when, and how long; the latter null where it never ended"],
        ["spans[]", "each before those inside it: span_id, parent, name, depth, start_ms,"],
        ["", "duration_ms, self_ms, share, critical, status, error"],
        ["", "of an operation: operation, and the keys of dev perf"],
      ]),
    )
    .action(async (wanted: string, options: SessionOptions & { json?: boolean }) => {
      const isJson = options.json === true || !io.stdout.isTerminal;
      const sessions = chosenSessions(options, io);
      const operations = await operationsOf(sessions, io.interrupted);
      if (operations.has(wanted)) await showOperation(wanted, sessions, isJson, io);
      else {
        const searched = searchedSessions(options, io);
        const { session, trace_id } = await findTraceOr(operations, searched, wanted, io);
        await showTrace(session, trace_id, isJson, io);
      }
    });
}

async function operationsOf(
  sessions: readonly StoredSession[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const operations = new Set<string>();
  for (const session of sessions) {
    for await (const { record } of session.traces()) {
      signal.throwIfAborted();
      operations.add(record.operation);
    }
  }
  return operations;
}

/** Finds a trace; the error for an unknown one names operations, too. */
async function findTraceOr(
  operations: ReadonlySet<string>,
  sessions: readonly StoredSession[],
  wanted: string,
  io: Io,
): Promise<FoundTrace> {
  try {
    return await findTrace(sessions, wanted, io.interrupted);
  } catch (error) {
    if (!(error instanceof UnknownIdError)) throw error;
    const names = new Set([...operations, ...error.nearest].filter((name) => name !== ""));
    throw unknownId(wanted, names, "trace or operation", sessions);
  }
}

async function showOperation(
  operation: string,
  sessions: StoredSession[],
  isJson: boolean,
  io: Io,
): Promise<void> {
  const perf = await perfOf({ sessions, query: { operation, signal: io.interrupted } });
  if (isJson) writeJson(io, { operation, ...perf });
  else printPerf(perf, io);
  sayProblemsOf(sessions, io);
}

async function showTrace(
  session: StoredSession,
  trace: string,
  isJson: boolean,
  io: Io,
): Promise<void> {
  const records: QueryRecord<"traces">[] = [];
  for await (const record of queryRecords(session, "traces", { trace, signal: io.interrupted })) {
    records.push(record);
  }
  const traces = records.map((record) => record.json());
  const spans = traces.flatMap((one) => spanRows(one));
  if (isJson) writeJson(io, traceJson(session.id, trace, traces, spans));
  else printTrace(trace, traces, spans, io);
  sayProblemsOf([session], io);
}

function traceJson(
  session: string,
  trace: string,
  [first]: readonly Trace[],
  spans: readonly SpanJson[],
): unknown {
  return {
    session_id: session,
    trace_id: trace,
    operation: first?.operation ?? "",
    command: first?.command ?? [],
    status: first?.status ?? null,
    started_at: first?.started_at ?? null,
    duration_ms: first?.duration_ms ?? null,
    spans,
  };
}

function printTrace(
  trace: string,
  [first]: readonly Trace[],
  spans: readonly SpanJson[],
  { stdout }: Io,
): void {
  if (!first) {
    stdout.write(`${trace} has no trace file, so nothing is known of its spans.\n`);
    return;
  }
  printFacts(stdout, [
    ["Trace", trace],
    ["Operation", first.operation],
    ["Command", first.command.join(" ")],
    ["Started", `${moment(first.started_at)} UTC`],
    ["Took", first.duration_ms === null ? "never ended" : humanDuration(first.duration_ms)],
    ["Status", first.status],
  ]);
  printSpans(stdout, spans);
}
