/**
 * Traces: every operation, with what belongs to it.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { TraceRow } from "../../lib/bundle/sections.ts";
import {
  Await,
  barCell,
  type Column,
  countValue,
  DataTable,
  durationValue,
  EmptyState,
  endWord,
  shortTraceId,
  Status,
  statusCell,
  Text,
  textValue,
  timeValue,
  toneOf,
  toneStyle,
} from "../components/mod.ts";
import { useData } from "../data/context.ts";
import { type FollowedTrace, runningWord, useTraces } from "../state/running.ts";
import { useInside } from "../state/time_window.ts";
import { type Axis, axisOf, place } from "./parts/axis.ts";
import { type FacetOf, useFaceted } from "./parts/faceted.tsx";
import { traceTimes } from "./parts/record_times.ts";

/** A trace's status; ids without a trace file have none of their own. */
function traceStatus(row: FollowedTrace): string {
  return row.running ? runningWord : row.status ?? "no trace file";
}

const statusWord = (row: FollowedTrace): string => endWord(traceStatus(row));

/** What a status of its own does not tell. */
const failedInside = (row: TraceRow): boolean =>
  row.failed && row.status !== null && row.status !== "error";

/** How the trace ended, and whether something inside it failed nevertheless, in words. */
export function TraceStatus({ row }: { row: FollowedTrace }): VNode {
  return (
    <>
      <Status word={statusWord(row)} />
      {failedInside(row) && (
        <span
          class="failed-inside icon-before tone-error-text"
          style={toneStyle("error", 12)}
          title={failedInsideHint}
        >
          {failedInsideWords}
        </span>
      )}
    </>
  );
}

const failedInsideWords = "something inside failed";

const failedInsideHint =
  "Something inside failed: a line at ERROR or CRITICAL, a model call, or an error report";

const facets: FacetOf<TraceRow>[] = [
  {
    param: "status",
    chips: true,
    label: "Status",
    value: traceStatus,
    title: endWord,
    tone: toneOf,
  },
  {
    param: "inside",
    chips: true,
    label: "Inside",
    value: (row) => row.failed ? "something failed" : "nothing failed",
    tone: (value) => value === "something failed" ? "error" : "ok",
  },
  { param: "operation", label: "Operation", value: (row) => row.operation },
];

type CountKey = "spans" | "logs" | "llm_calls" | "errors" | "changes" | "lock_requests";

function countColumn(id: CountKey, title: string, width = 64): Column<TraceRow> {
  return {
    id,
    title,
    width,
    align: "right",
    wideOnly: true,
    ...countValue((row) => row[id]),
  };
}

const status = statusCell(statusWord, (row) => toneOf(statusWord(row)));

function columnsOf(axis: Axis | null): Column<TraceRow>[] {
  const bar = barCell<TraceRow>((row) => axis && when(row, axis));
  return [
    {
      id: "start",
      title: "Start",
      width: 104,
      ...timeValue((row) => row.start),
    },
    {
      id: "status",
      title: "Status",
      width: 116,
      ...status,
      // The mark is drawn beside the word by the cell itself.
      look: (row) => `${status.look(row)}${failedInside(row) ? " status-failed-inside" : ""}`,
      hint: (row) => failedInside(row) ? failedInsideHint : undefined,
      text: statusWord,
      sort: statusWord,
    },
    {
      id: "operation",
      title: "Operation",
      minWidth: 140,
      cell: (row) => <Operation row={row} />,
      text: (row) => `${row.operation} ${row.command}`,
      sort: (row) => row.operation,
    },
    {
      id: "duration",
      title: "Duration",
      minWidth: 84,
      align: "right",
      ...durationValue((row) => row.duration_ms),
      // Where the trace lies in the session's time, left of the figure.
      style: bar.style,
      look: (row) => `${bar.look(row)} figure`,
    },
    countColumn("spans", "Spans"),
    countColumn("logs", "Logs"),
    countColumn("llm_calls", "Calls"),
    countColumn("lock_requests", "Locks"),
    countColumn("changes", "Changes", 76),
    countColumn("errors", "Errors", 68),
    {
      id: "trace",
      title: "Trace ID",
      width: 196,
      mono: true,
      hidden: true,
      ...textValue((row) => row.trace_id),
    },
  ];
}

function Operation({ row }: { row: TraceRow }): VNode {
  const plain = row.command === "" || row.command === `planloop ${row.operation}`;
  return (
    <>
      <Text
        value={row.operation || `(no operation) ${shortTraceId(row.trace_id)}`}
        max={120}
        bare
      />
      {!plain && (
        <>
          {" "}
          <Text class="muted mono" value={row.command} max={80} />
        </>
      )}
    </>
  );
}

/** Where the trace lies in the session's time. */
function when(row: TraceRow, axis: Axis): ReturnType<Parameters<typeof barCell<TraceRow>>[0]> {
  if (row.start === null) return null;
  const from = Math.min(0.99, place(axis, row.start));
  const to = Math.max(from + 0.01, place(axis, row.end ?? row.start));
  const tone = row.failed ? "error" : toneOf(row.status ?? "");
  return { from, to, fill: `var(--${tone}-fill)`, track: true };
}

/** The view of traces. */
export function TracesView(): VNode {
  const section = useTraces();
  return <Await of={section}>{(rows) => <TraceList rows={rows} />}</Await>;
}

function TraceList({ rows }: { rows: readonly TraceRow[] }): VNode {
  const { time_range } = useData().header;
  const runningEnd = rows.find((row: FollowedTrace) => row.running)?.end ?? null;
  const shown = useFaceted(useInside(rows, traceTimes), facets);
  const columns = useMemo(
    () => columnsOf(axisOf([time_range.start, time_range.end, runningEnd])),
    [time_range, runningEnd],
  );
  return (
    <DataTable
      label="Traces"
      defaultSort="start"
      rows={shown.rows}
      total={rows.length}
      columns={columns}
      rowKey={(row) => row.trace_id}
      toolbar={shown.toolbar}
      tone={(row) => row.failed ? "error" : row.status === "running" ? "warning" : undefined}
      empty={
        <EmptyState
          title="No trace was recorded"
          code={`await session.trace("update", async () => {\n  await session.span("save", () => save(state));\n});`}
        >
          <p>
            A trace is one operation from start to end. Its id joins its spans, log lines, model
            calls, errors, lock requests and state changes.
          </p>
        </EmptyState>
      }
    />
  );
}
