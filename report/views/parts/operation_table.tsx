/**
 * How long each kind of work took, from traces, model calls and lock requests.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import { durationsByOperation, type OperationDurations } from "../../../lib/analyse/percentiles.ts";
import type { LlmRow, TraceRow } from "../../../lib/bundle/sections.ts";
import {
  barCell,
  type Column,
  countValue,
  DataTable,
  durationValue,
  EmptyState,
  Text,
} from "../../components/mod.ts";
import { href, type RouteParams } from "../../state/route.ts";
import { type FacetOf, useFaceted } from "./faceted.tsx";

/** The durations of one operation in one kind of work. */
export interface OperationRow extends OperationDurations {
  work: "trace" | "model call" | "lock wait" | "lock hold";
  key: string;
  /** The share of the longest total, from 0 to 1. */
  share: number;
}

/** The durations of all work, that with the most time in total first. */
export function operationRows(
  { traceRows, llmRows, lockRows }: {
    traceRows: readonly TraceRow[];
    llmRows: readonly LlmRow[];
    lockRows: readonly LockRequest[];
  },
): OperationRow[] {
  const of = (work: OperationRow["work"], list: OperationDurations[]) =>
    list.map((row) => ({ ...row, work, key: `${work}:${row.operation}`, share: 0 }));
  const lock = (ms: "wait_ms" | "hold_ms") =>
    lockRows.map((row) => ({ operation: row.operation, duration_ms: row[ms] }));
  const rows: OperationRow[] = [
    ...of("trace", durationsByOperation(traceRows)),
    ...of(
      "model call",
      durationsByOperation(
        llmRows.map((row) => ({ operation: row.model, duration_ms: row.duration_ms })),
      ),
    ),
    ...of("lock wait", durationsByOperation(lock("wait_ms"))),
    ...of("lock hold", durationsByOperation(lock("hold_ms"))),
  ];
  rows.sort((a, b) => b.sum - a.sum);
  const longest = rows[0]?.sum || 1;
  return rows.map((row) => ({ ...row, share: row.sum / longest }));
}

const facets: FacetOf<OperationRow>[] = [
  { param: "work", chips: true, label: "Kind of work", value: (row) => row.work },
];

type Figure = "min" | "median" | "p95" | "p99" | "max" | "sum";

function figureColumn(
  id: Figure,
  title: string,
  further: Partial<Column<OperationRow>> = {},
): Column<OperationRow> {
  return {
    id,
    title,
    width: 84,
    align: "right",
    ...durationValue((row) => row[id]),
    ...further,
  };
}

const columns: Column<OperationRow>[] = [
  {
    id: "work",
    title: "Work",
    width: 96,
    cell: (row) => row.work,
    text: (row) => row.work,
    sort: (row) => row.work,
  },
  {
    id: "operation",
    title: "Operation or model",
    minWidth: 160,
    cell: (row) => (
      <a href={evidence(row)}>
        <Text value={row.operation || "(no name)"} max={120} bare />
      </a>
    ),
    text: (row) => row.operation,
    sort: (row) => row.operation,
  },
  {
    id: "count",
    title: "Count",
    width: 72,
    align: "right",
    ...countValue((row) => row.count),
  },
  {
    id: "share",
    title: "Total time",
    minWidth: 120,
    wideOnly: true,
    ...barCell((row) => ({ from: 0, to: row.share, fill: "var(--info-fill)" })),
  },
  figureColumn("sum", "Total"),
  figureColumn("min", "Min", { wideOnly: true }),
  figureColumn("median", "Median"),
  figureColumn("p95", "p95"),
  figureColumn("p99", "p99", { hidden: true }),
  figureColumn("max", "Max", { wideOnly: true }),
];

/** Where the records behind a row are, the longest first. */
function evidence(row: OperationRow): string {
  const name = encodeURIComponent(row.operation);
  const targets: Record<OperationRow["work"], [string, RouteParams]> = {
    "trace": ["traces", { operation: name, sort: "-duration" }],
    "model call": ["llm", { model: name, sort: "-duration" }],
    "lock wait": ["locks", { operation: name, sort: "-wait" }],
    "lock hold": ["locks", { operation: name, sort: "-hold" }],
  };
  const [view, params] = targets[row.work];
  return href(view, null, params);
}

/** The durations as a table; opening a row shows the records behind it. */
export function OperationTable({ rows }: { rows: readonly OperationRow[] }): VNode {
  const shown = useFaceted(rows, facets);
  return (
    <DataTable<OperationRow>
      label="Durations"
      rows={shown.rows}
      total={rows.length}
      columns={columns}
      rowKey={(row) => row.key}
      selected={null}
      onSelect={(row) => {
        if (row) location.hash = evidence(row);
      }}
      toolbar={shown.toolbar}
      empty={
        <EmptyState
          title="No duration was recorded"
          code={`await session.trace("update", async () => {\n  await session.span("save", () => save(state));\n});`}
        >
          <p>Traces, model calls and lock requests give each operation its durations.</p>
        </EmptyState>
      }
    />
  );
}
