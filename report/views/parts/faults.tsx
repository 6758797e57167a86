/**
 * Error reports put together by the fault that they tell of.
 *
 * @module
 */

import type { VNode } from "preact";
import { messagePattern } from "../../../lib/analyse/error_fingerprint.ts";
import type { ErrorRow } from "../../../lib/bundle/sections.ts";
import {
  type Column,
  countValue,
  DataTable,
  shortTraceId,
  Text,
  textValue,
  timeValue,
  TraceLink,
} from "../../components/mod.ts";
import { navigate } from "../../state/route.ts";

/** Reports with one fingerprint. */
export interface Fault {
  fingerprint: string;
  error_type: string;
  /** The message, with `#` for what differs between the reports. */
  message: string;
  location: string;
  reports: number;
  first: number | null;
  last: number | null;
  /** Traces that it occurred in, each once, in the order of the reports. */
  traces: string[];
}

/** The faults, in the order of their first reports. */
export function faultsOf(rows: readonly ErrorRow[]): Fault[] {
  const faults = new Map<string, Fault & { known: Set<string> }>();
  for (const { fingerprint, error_type, error_message, location, time, trace_id } of rows) {
    let fault = faults.get(fingerprint);
    if (!fault) {
      fault = {
        fingerprint,
        error_type,
        message: error_message,
        location,
        reports: 0,
        first: null,
        last: null,
        traces: [],
        known: new Set(),
      };
      faults.set(fingerprint, fault);
    } else if (fault.message !== error_message) fault.message = messagePattern(error_message);
    fault.reports += 1;
    if (time !== null) {
      fault.first = Math.min(fault.first ?? time, time);
      fault.last = Math.max(fault.last ?? time, time);
    }
    if (trace_id && !fault.known.has(trace_id)) {
      fault.known.add(trace_id);
      fault.traces.push(trace_id);
    }
  }
  return [...faults.values()].map(({ known: _, ...fault }) => fault);
}

const timeColumn = (id: "first" | "last", title: string): Column<Fault> => ({
  id,
  title,
  width: 104,
  ...timeValue((fault) => fault[id]),
});

const columns: Column<Fault>[] = [
  {
    id: "reports",
    title: "Reports",
    width: 92,
    align: "right",
    ...countValue((fault) => fault.reports),
  },
  {
    id: "type",
    title: "Type",
    width: 152,
    mono: true,
    ...textValue((fault) => fault.error_type),
  },
  {
    id: "message",
    title: "Message",
    minWidth: 200,
    ...textValue((fault) => fault.message),
  },
  timeColumn("first", "First seen"),
  timeColumn("last", "Last seen"),
  {
    id: "traces",
    title: "Traces",
    width: 92,
    align: "right",
    cell: ({ traces }) => traces.length === 1 ? <TraceLink id={traces[0]} /> : traces.length,
    hint: ({ traces }) => traces.slice(0, 20).map(shortTraceId).join(", "),
    text: ({ traces }) => traces.join(" "),
    sort: ({ traces }) => traces.length,
  },
  {
    id: "location",
    title: "Thrown at",
    width: 188,
    mono: true,
    wideOnly: true,
    cell: (fault) => <Text value={fault.location || "–"} />,
    look: () => "cut-start",
    text: (fault) => fault.location,
    sort: (fault) => fault.location,
  },
  {
    id: "fingerprint",
    title: "Fingerprint",
    width: 144,
    mono: true,
    hidden: true,
    cell: (fault) => fault.fingerprint,
    text: (fault) => fault.fingerprint,
  },
];

/** The faults; opening one lists its reports. */
export function FaultTable(
  { faults, total, empty }: { faults: readonly Fault[]; total: number; empty: VNode },
): VNode {
  return (
    <DataTable<Fault>
      label="Faults"
      rows={faults}
      total={total}
      columns={columns}
      defaultSort="-reports"
      rowKey={(fault) => fault.fingerprint}
      selected={null}
      onSelect={(fault) => fault && navigate("errors", null, { fault: fault.fingerprint })}
      empty={empty}
    />
  );
}
