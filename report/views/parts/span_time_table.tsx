/**
 * Where a trace's time went, by the name of its spans.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { type SpanTimes, spanTimes } from "../../../lib/analyse/span_times.ts";
import {
  barCell,
  type Column,
  countValue,
  DataTable,
  durationValue,
  Section,
  Text,
} from "../../components/mod.ts";
import { setParams } from "../../state/route.ts";
import type { WaterfallRow } from "./span_rows.ts";

function timeColumn(
  id: "self" | "total" | "max",
  title: string,
  further: Partial<Column<SpanTimes>> = {},
): Column<SpanTimes> {
  const value = (row: SpanTimes) => row[`${id}_ms`];
  return {
    id,
    title,
    width: 84,
    align: "right",
    ...durationValue(value),
    ...further,
  };
}

const columns: Column<SpanTimes>[] = [
  {
    id: "name",
    title: "Span",
    minWidth: 120,
    cell: (row) => <Text value={row.name} max={160} />,
    text: (row) => row.name,
    sort: (row) => row.name,
  },
  {
    id: "count",
    title: "Count",
    width: 68,
    align: "right",
    ...countValue((row) => row.count),
  },
  {
    id: "bar",
    title: "Share of own time",
    minWidth: 120,
    wideOnly: true,
    ...barCell((row) => ({ from: 0, to: row.share, fill: "var(--info-fill)" })),
  },
  {
    id: "share",
    title: "Share",
    width: 68,
    align: "right",
    cell: (row) => `${(row.share * 100).toFixed(1)} %`,
    text: (row) => `${(row.share * 100).toFixed(1)} %`,
    sort: (row) => row.share,
  },
  timeColumn("self", "Self"),
  timeColumn("total", "Total", { wideOnly: true }),
  timeColumn("max", "Max", { wideOnly: true }),
];

/** The times by name; opening a row finds the spans in the waterfall. Nothing for one span. */
export function SpanTimeTable({ rows }: { rows: readonly WaterfallRow[] }): VNode | null {
  const times = useMemo(() => spanTimes(rows.flatMap(({ node }) => node ?? [])), [rows]);
  if (times.length < 2) return null;
  return (
    <Section title="Where the time went" count={times.length} open={false}>
      <DataTable<SpanTimes>
        variant="inline"
        name="times"
        label="Time by span name"
        defaultSort="-self"
        rowsMax={8}
        rows={times}
        columns={columns}
        rowKey={(row) => row.name}
        selected={null}
        onSelect={(row) =>
          row && setParams({ span: row.name, tab: null, path: null, zoom: null }, { push: true })}
      />
    </Section>
  );
}
