/**
 * Changes: what each operation changed in the session's state.
 *
 * @module
 */

import type { VNode } from "preact";
import type { ChangeRow, PathSection } from "../../lib/bundle/sections.ts";
import {
  Await,
  Badge,
  type Column,
  CopyButton,
  countValue,
  Drawer,
  EmptyState,
  JsonTree,
  KeyValue,
  Section,
  Text,
  textValue,
  Time,
  timeValue,
  TraceLink,
} from "../components/mod.ts";
import { useDocument, useSection } from "../data/context.ts";
import type { FacetOf } from "./parts/faceted.tsx";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { LeftOut, PathHistory, PathTable, usePathRows } from "./parts/path_tables.tsx";
import { momentTimes } from "./parts/record_times.ts";
import { RecordList } from "./parts/record_list.tsx";
import { StateChanges, tellingFirst } from "./parts/state_changes.tsx";
import { currentTab, Tabs } from "./parts/tabs.tsx";
import { asRecord } from "./parts/value.ts";
import { param } from "../state/route.ts";
import { useInside } from "../state/time_window.ts";

const facets: FacetOf<ChangeRow>[] = [
  { param: "operation", label: "Operation", value: (row) => row.operation },
];

const versions = (row: ChangeRow) =>
  row.version_before === null && row.version_after === null
    ? ""
    : `${row.version_before ?? "?"} → ${row.version_after ?? "?"}`;

/** Columns of state changes; the trace page leaves the trace out. */
export const changeColumns: Column<ChangeRow>[] = [
  {
    id: "time",
    title: "Time",
    width: 104,
    ...timeValue((row) => row.time),
  },
  {
    id: "operation",
    title: "Operation",
    width: 120,
    ...textValue((row) => row.operation),
  },
  {
    id: "changes",
    title: "Paths",
    width: 72,
    align: "right",
    ...countValue((row) => row.changes),
  },
  {
    id: "paths",
    title: "What changed",
    mono: true,
    minWidth: 180,
    cell: (row) => <Paths row={row} />,
    text: (row) => row.paths.join(", "),
  },
  {
    id: "version",
    title: "Version",
    width: 92,
    align: "right",
    cell: (row) => versions(row) || <span class="muted">–</span>,
    text: versions,
    sort: (row) => row.version_after,
  },
  {
    id: "trace",
    title: "Trace",
    width: 92,
    wideOnly: true,
    cell: (row) => <TraceLink id={row.trace_id} />,
    text: (row) => row.trace_id,
    sort: (row) => row.trace_id,
  },
];

function Paths({ row }: { row: ChangeRow }): VNode {
  const more = row.changes - row.paths.length;
  return (
    <>
      <Text value={tellingFirst(row.paths).join(", ")} bare={more <= 0} />
      {more > 0 && <span class="muted">{` and ${more} more`}</span>}
    </>
  );
}

/** The view of state changes. */
export function ChangesView(): VNode {
  const changes = useSection("changes");
  const paths = useSection("paths");
  return (
    <Await of={changes}>
      {(rows) => <Await of={paths}>{(index) => <Changes rows={rows} index={index} />}</Await>}
    </Await>
  );
}

/** The changes one by one, the paths that they set, or the history of the path in the address. */
function Changes({ rows, index }: { rows: readonly ChangeRow[]; index: PathSection }): VNode {
  const path = param("path");
  const inside = useInside(rows, momentTimes);
  const paths = usePathRows(index, rows, inside);
  const tabs = [
    { id: "changes", title: "Changes", count: inside.length },
    { id: "paths", title: "By path", count: paths.length },
  ];
  const byPath = path !== "" || currentTab(tabs) === "paths";
  return (
    <div class="view-stack">
      <Tabs
        tabs={tabs}
        label="Changes one by one, and by the path that they set"
        current={byPath ? "paths" : "changes"}
      />
      {byPath && <LeftOut index={index} />}
      {path !== ""
        ? (
          <PathHistory
            key={path}
            path={path}
            index={index}
            changes={rows}
            drawer={(row) => <ChangeDrawer key={row.file} row={row} />}
          />
        )
        : byPath
        ? <PathTable rows={paths} />
        : <ChangeList rows={rows} />}
    </div>
  );
}

function ChangeList({ rows }: { rows: readonly ChangeRow[] }): VNode {
  return (
    <RecordList
      label="State changes"
      noun="state change"
      defaultSort="time"
      rows={rows}
      columns={changeColumns}
      rowKey={(row) => recordKey(row.file)}
      times={(row) => momentTimes(row)}
      drawer={(row) => <ChangeDrawer key={row.file} row={row} />}
      facets={facets}
      empty={
        <EmptyState
          title="No state change was recorded"
          code={`await session.updateState((state) => {\n  state.tasks[0].status = "DONE";\n});`}
        >
          <p>
            A change names each path of <code>state.json</code>{" "}
            that an operation altered, with the value before and after, and the trace to blame.
          </p>
        </EmptyState>
      }
    />
  );
}

function ChangeDrawer({ row }: { row: ChangeRow }): VNode {
  const diff = useDocument(row.document);
  return (
    <Drawer
      label="State change"
      title={<Text value={row.operation || "State change"} />}
      subtitle={
        <>
          <Time value={row.time} mode="full" />
          {versions(row) && <Badge>version {versions(row)}</Badge>}
        </>
      }
      actions={diff.value !== null && (
        <CopyButton
          label="Copy as JSON"
          text={() => JSON.stringify(diff.value, null, 2)}
        />
      )}
    >
      <KeyValue
        items={[
          ["Trace", <TraceLink id={row.trace_id} full />],
          [
            "File",
            <Text class="mono" value={row.file} />,
          ],
        ]}
      />
      <Section title="Changed paths" count={row.changes}>
        <Await of={diff}>
          {(document) => <StateChanges changes={asRecord(asRecord(document)["changes"])} history />}
        </Await>
      </Section>
      <Copy title="State before" of={row.before} />
      <Copy title="State after" of={row.after} />
      {!row.before && !row.after && (
        <p class="note">The copies of the whole state before and after were not recorded.</p>
      )}
    </Drawer>
  );
}

function Copy({ title, of }: { title: string; of: ChangeRow["before"] }): VNode | null {
  const document = useDocument(of);
  if (!of) return null;
  return (
    <Section title={title} open={false}>
      <Await of={document}>{(value) => <JsonTree value={value} label={title} />}</Await>
    </Section>
  );
}
