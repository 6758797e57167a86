/**
 * Errors: every error report, and the faults that they tell of.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { ErrorRow } from "../../lib/bundle/sections.ts";
import type { Level } from "../../lib/format/mod.ts";
import {
  Await,
  Badge,
  type Column,
  Count,
  EmptyState,
  facetParam,
  plainText,
  Text,
  textValue,
  timeValue,
  TraceLink,
} from "../components/mod.ts";
import { useData, useSection } from "../data/context.ts";
import { href } from "../state/route.ts";
import { useInside } from "../state/time_window.ts";
import { ErrorDrawer } from "./parts/error_drawer.tsx";
import type { FacetOf } from "./parts/faceted.tsx";
import { type Fault, faultsOf, FaultTable } from "./parts/faults.tsx";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { momentTimes } from "./parts/record_times.ts";
import { RecordList } from "./parts/record_list.tsx";
import { currentTab, Tabs } from "./parts/tabs.tsx";

/** An error with the number of reports of its fault. */
export interface CountedError {
  row: ErrorRow;
  key: string;
  /** Reports with this one's fingerprint. */
  same: number;
}

/** Counts the reports of each fault. */
export function countErrors(rows: readonly ErrorRow[], faults: readonly Fault[]): CountedError[] {
  const counts = new Map(faults.map((fault) => [fault.fingerprint, fault.reports]));
  return rows.map((row) => ({
    row,
    key: recordKey(row.file),
    same: counts.get(row.fingerprint) ?? 1,
  }));
}

/** What errors are filtered by; a fault is shown by its type and message. */
function facetsOf(faults: readonly Fault[]): FacetOf<CountedError>[] {
  const names = new Map(
    faults.map(({ fingerprint, error_type, message }) => [
      fingerprint,
      plainText(`${error_type}: ${message}`.slice(0, 80)),
    ]),
  );
  return [
    { param: "type", label: "Type", value: ({ row }) => row.error_type },
    { param: "operation", label: "Operation", value: ({ row }) => row.operation },
    {
      param: "fault",
      label: "Same fault",
      value: ({ row }) => row.fingerprint,
      title: (fingerprint) => names.get(fingerprint) ?? fingerprint,
    },
  ];
}

/** Columns of errors. */
export const errorColumns: Column<CountedError>[] = [
  {
    id: "time",
    title: "Time",
    width: 104,
    ...timeValue(({ row }) => row.time),
  },
  {
    id: "type",
    title: "Type",
    width: 152,
    mono: true,
    ...textValue(({ row }) => row.error_type),
  },
  {
    id: "message",
    title: "Message",
    minWidth: 200,
    ...textValue(({ row }) => row.error_message),
  },
  {
    id: "same",
    title: "Same fault",
    width: 88,
    align: "right",
    cell: ({ same }) =>
      same > 1
        ? <Badge tone="warning" title={`${same} reports of this fault`}>× {same}</Badge>
        : <Count value={same} />,
    text: ({ same }) => String(same),
    sort: ({ same }) => same,
  },
  {
    id: "location",
    title: "Thrown at",
    width: 188,
    mono: true,
    wideOnly: true,
    cell: ({ row }) => row.location ? <Text value={row.location} /> : <span class="muted">–</span>,
    look: () => "cut-start",
    text: ({ row }) => row.location,
    sort: ({ row }) => row.location,
  },
  {
    id: "operation",
    title: "Operation",
    width: 104,
    wideOnly: true,
    ...textValue(({ row }) => row.operation),
  },
  {
    id: "function",
    title: "Function",
    width: 140,
    mono: true,
    hidden: true,
    ...textValue(({ row }) => row.function),
  },
  {
    id: "trace",
    title: "Trace",
    width: 92,
    wideOnly: true,
    cell: ({ row }) => <TraceLink id={row.trace_id} />,
    text: ({ row }) => row.trace_id,
    sort: ({ row }) => row.trace_id,
  },
];

/** The view of errors. */
export function ErrorsView(): VNode {
  const section = useSection("errors");
  return <Await of={section}>{(rows) => <ErrorList rows={rows} />}</Await>;
}

function ErrorList({ rows }: { rows: readonly ErrorRow[] }): VNode {
  const faults = useMemo(() => faultsOf(rows), [rows]);
  const facets = useMemo(() => facetsOf(faults), [faults]);
  const counted = useMemo(() => countErrors(rows, faults), [rows, faults]);
  const inside = useInside(rows, momentTimes);
  const shownFaults = useMemo(() => inside === rows ? faults : faultsOf(inside), [inside, faults]);
  const tabs = [
    { id: "reports", title: "Reports", count: inside.length },
    { id: "faults", title: "By fault", count: shownFaults.length },
  ];
  const { levels } = useData().header;
  const logged = levels.ERROR + levels.CRITICAL;
  const level = facetParam(["ERROR", "CRITICAL"].filter((name) => levels[name as Level] > 0));
  const log = {
    id: "log",
    title: "In the log",
    count: logged,
    href: href("logs", null, { level }),
  };
  return (
    <div class="view-stack">
      <Tabs
        tabs={logged > 0 ? [...tabs, log] : tabs}
        current={currentTab(tabs)}
        label="Errors one by one, by their fault, and in the log"
      />
      {currentTab(tabs) === "faults"
        ? <FaultTable faults={shownFaults} total={faults.length} empty={nothing} />
        : (
          <RecordList
            label="Errors"
            noun="error"
            defaultSort="time"
            rows={counted}
            columns={errorColumns}
            rowKey={(error) => error.key}
            times={({ row }) => momentTimes(row)}
            drawer={(error) => <ErrorDrawer key={error.key} error={error} />}
            facets={facets}
            copyRows={(errors) => errors.map((error) => error.row)}
            empty={nothing}
          />
        )}
    </div>
  );
}

const nothing = (
  <EmptyState
    title="No error was recorded"
    code={`try {\n  await update(task);\n} catch (error) {\n  session.captureError(error, { locals: { task, attempt } });\n  throw error;\n}`}
  >
    <p>
      An error report holds the stack, the variables of every enclosing span, the causes, the locks
      that were held, and a copy of the state at that moment. Reports of one fault are counted
      together.
    </p>
  </EmptyState>
);
