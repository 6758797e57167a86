/**
 * The paths of the state, and the history of one.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import type { ChangeRow, PathSection } from "../../../lib/bundle/sections.ts";
import {
  type Column,
  countValue,
  DataTable,
  EmptyState,
  Icon,
  Text,
  textValue,
  Time,
  timeCell,
  timeText,
  TraceLink,
} from "../../components/mod.ts";
import { useDocument } from "../../data/context.ts";
import { href, navigate } from "../../state/route.ts";
import { changeAt, type PathEvent, pathEvents, type PathRow, pathRows } from "./path_history.ts";
import { momentTimes } from "./record_times.ts";
import { RecordList } from "./record_list.tsx";
import { changeKind } from "./state_changes.tsx";
import { inlineText } from "./value.ts";

const timeOf = <Row,>(change: (row: Row) => ChangeRow): Column<Row> => ({
  id: "time",
  title: "Time",
  width: 104,
  ...timeCell((row: Row) => change(row).time),
  text: (row) => {
    const { time } = change(row);
    return time === null ? "" : timeText(time);
  },
  sort: (row) => change(row).time,
});

const madeBy = <Row,>(change: (row: Row) => ChangeRow): Column<Row>[] => [
  {
    id: "operation",
    title: "Operation",
    width: 120,
    wideOnly: true,
    ...textValue((row) => change(row).operation),
  },
  {
    id: "trace",
    title: "Trace",
    width: 92,
    cell: (row) => <TraceLink id={change(row).trace_id} />,
    text: (row) => change(row).trace_id,
    sort: (row) => change(row).trace_id,
  },
];

const pathColumns: Column<PathRow>[] = [
  {
    id: "path",
    title: "Path",
    mono: true,
    minWidth: 180,
    cell: (row) => <Text value={row.path || "(the whole state)"} bare />,
    text: (row) => row.path,
    sort: (row) => row.path,
  },
  {
    id: "sets",
    title: "Changes",
    width: 96,
    align: "right",
    ...countValue((row) => row.sets),
  },
  { ...timeOf<PathRow>((row) => row.last), title: "Last set" },
  ...madeBy<PathRow>((row) => row.last),
];

/** Every path that any change set; opening one shows its history. */
export function PathTable({ rows }: { rows: readonly PathRow[] }): VNode {
  return (
    <DataTable<PathRow>
      label="Paths of the state"
      rows={rows}
      columns={pathColumns}
      defaultSort="-sets"
      rowKey={(row) => row.path}
      selected={null}
      onSelect={(row) => row && navigate("changes", null, { path: row.path })}
      copyRows={(all) => all.map(({ path, sets, last }) => ({ path, sets, last_set_by: last }))}
      empty={
        <EmptyState
          title="No path of the state was changed"
          code={`await session.updateState((state) => {\n  state.tasks[0].status = "DONE";\n});`}
        >
          <p>
            Every path that an operation alters is listed here, with the trace that last set it.
          </p>
        </EmptyState>
      }
    />
  );
}

/** How the paths were counted, where some were left out. */
export function LeftOut({ index }: { index: PathSection }): VNode | null {
  if (index.left_out === 0) return null;
  return (
    <p class="note path-note">
      {index.left_out.toLocaleString("en")}{" "}
      changed paths are not in this list, because there were too many; each change itself lists all
      of its own.
    </p>
  );
}

/** The history of a path. */
export function PathHistory({ path, index, changes, drawer }: {
  path: string;
  index: PathSection;
  changes: readonly ChangeRow[];
  drawer(row: ChangeRow): VNode;
}): VNode {
  const events = useMemo(() => pathEvents(index, changes, path), [index, changes, path]);
  const columns = useMemo(() => historyColumns(path), [path]);
  const last = events.at(-1)?.change;
  return (
    <>
      <div class="path-head">
        <a href={href("changes", null, { tab: "paths" })}>
          <Icon name="back" size={12} /> All paths
        </a>
        <h2 class="mono">
          <Text value={path} bare />
        </h2>
        {last && (
          <span class="muted">
            last set by <TraceLink id={last.trace_id} full /> <Time value={last.time} mode="full" />
          </span>
        )}
      </div>
      <RecordList<PathEvent>
        label="History of the path"
        noun="state change"
        defaultSort="-time"
        rows={events}
        columns={columns}
        rowKey={(event) => recordKey(event.change.file)}
        times={({ change }) => momentTimes(change)}
        drawer={(event) => drawer(event.change)}
        copyRows={(all) => all.map(({ change, ...event }) => ({ ...event, change }))}
        empty={
          <EmptyState title="No change set this path">
            <p>
              A path is written as in{" "}
              <code>tasks[4].status</code>; all that were set are under “All paths”.
            </p>
          </EmptyState>
        }
      />
    </>
  );
}

function historyColumns(path: string): Column<PathEvent>[] {
  return [
    timeOf<PathEvent>((event) => event.change),
    {
      id: "value",
      title: "Before → after",
      mono: true,
      minWidth: 168,
      cell: (event) => <HistoryValue event={event} path={path} />,
    },
    {
      id: "set",
      title: "Set with",
      width: 160,
      mono: true,
      wideOnly: true,
      cell: ({ at, parts }) =>
        at === path || at === null
          ? <span class="muted">{at === null ? partsText(parts.length) : "itself"}</span>
          : <Text value={at || "(the whole state)"} />,
      text: ({ at, parts }) => at ?? parts.join(", "),
    },
    ...madeBy<PathEvent>((event) => event.change),
  ];
}

const partsText = (count: number) => count === 1 ? "a part of it" : `${count} parts of it`;

/** What stands between a path's old and new value. */
const arrows = { added: "added →", removed: "→ removed", changed: "→" } as const;

/** Old and new value, read from the change when its row is on screen. */
function HistoryValue({ event, path }: { event: PathEvent; path: string }): VNode {
  const { at, parts } = event;
  const document = useDocument(at === null ? null : event.change.document);
  if (at === null) {
    return <Text class="muted" value={parts.join(", ")} />;
  }
  if (document.error) return <span class="muted">{document.error.message}</span>;
  if (document.loading) return <span class="muted">…</span>;
  const change = changeAt(document.value, at, path);
  if (!change) return <span class="muted">as it was</span>;
  const kind = changeKind(change);
  return (
    <>
      {kind !== "added" && <Value value={change["old"]} />}
      <span class="muted">{arrows[kind]}</span>
      {kind !== "removed" && <Value value={change["new"]} />}
    </>
  );
}

function Value({ value }: { value: unknown }): VNode {
  return (
    <>
      {" "}
      <Text value={value === "" ? '""' : inlineText(value)} max={120} />
      {" "}
    </>
  );
}

/** The paths that some of the changes set. */
export function usePathRows(
  index: PathSection | null,
  changes: readonly ChangeRow[],
  shown: readonly ChangeRow[],
): PathRow[] {
  return useMemo(
    () => index ? pathRows(index, changes, new Set(shown)) : [],
    [index, changes, shown],
  );
}
