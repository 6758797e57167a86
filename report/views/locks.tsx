/**
 * Locks: who asked for the session's lock, who waited for whom, and who has it now.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { LockRequest } from "../../lib/analyse/lock_request.ts";
import type { SessionSection } from "../../lib/bundle/sections.ts";
import {
  Await,
  Badge,
  type Column,
  durationValue,
  EmptyState,
  statusCell,
  Text,
  textValue,
  timeValue,
  type Tone,
  TraceLink,
} from "../components/mod.ts";
import { useData, useSection } from "../data/context.ts";
import { timeWindow, useInside } from "../state/time_window.ts";
import type { FacetOf } from "./parts/faceted.tsx";
import { LockDrawer } from "./parts/lock_drawer.tsx";
import { LockPicture } from "./parts/lock_picture.tsx";
import { LockQueue } from "./parts/lock_queue.tsx";
import { holderDied, waitPairs, whoAsked } from "./parts/lock_lanes.ts";
import { lockTimes } from "./parts/record_times.ts";
import { RecordList } from "./parts/record_list.tsx";
import { currentTab, Tabs } from "./parts/tabs.tsx";
import { WaitPicture } from "./parts/wait_picture.tsx";
import { WaitTable } from "./parts/wait_table.tsx";

/** How an outcome is shown. */
export const lockTones: Record<string, Tone> = {
  released: "ok",
  held: "warning",
  waiting: "running",
  timeout: "error",
  broken: "error",
};

/** A request with the one that held the lock before it. */
export interface LockRow {
  request: LockRequest;
  blocker: LockRequest | null;
}

/** Requests with their blockers. */
export function lockRows(requests: readonly LockRequest[]): LockRow[] {
  const byId = new Map(requests.map((request) => [request.lock_entry_id, request]));
  return requests.map((request) => ({
    request,
    blocker: request.blocked_by === null ? null : byId.get(request.blocked_by) ?? null,
  }));
}

const facets: FacetOf<LockRow>[] = [
  {
    param: "outcome",
    chips: true,
    label: "Outcome",
    value: ({ request }) => request.outcome,
    tone: (value) => lockTones[value] ?? "neutral",
  },
  { param: "agent", label: "Agent", value: ({ request }) => whoAsked(request) },
  { param: "operation", label: "Operation", value: ({ request }) => request.operation },
];

/** Columns of lock requests. */
export const lockColumns: Column<LockRow>[] = [
  {
    id: "requested",
    title: "Requested",
    width: 104,
    ...timeValue(({ request }) => request.requested),
  },
  {
    id: "outcome",
    title: "Outcome",
    width: 104,
    ...statusCell(
      ({ request }) => request.outcome,
      ({ request }) => lockTones[request.outcome] ?? "neutral",
    ),
    text: ({ request }) => request.outcome,
    sort: ({ request }) => request.outcome,
  },
  {
    id: "agent",
    title: "Agent",
    minWidth: 104,
    ...textValue(({ request }) => whoAsked(request)),
  },
  {
    id: "operation",
    title: "Operation",
    minWidth: 96,
    ...textValue(({ request }) => request.operation),
  },
  {
    id: "wait",
    title: "Waited",
    width: 80,
    align: "right",
    ...durationValue(({ request }) => request.wait_ms),
  },
  {
    id: "hold",
    title: "Held",
    width: 80,
    align: "right",
    ...durationValue(({ request }) => request.hold_ms),
  },
  {
    id: "blocked",
    title: "Waited for",
    minWidth: 160,
    wideOnly: true,
    cell: (row) => <Blocker row={row} />,
    text: ({ request, blocker }) =>
      blocker ? `${whoAsked(blocker)} ${blocker.operation}` : request.holder ?? "",
    sort: ({ blocker }) => blocker && whoAsked(blocker),
  },
  {
    id: "trace",
    title: "Trace",
    width: 92,
    wideOnly: true,
    cell: ({ request }) => <TraceLink id={request.trace_id} />,
    text: ({ request }) => request.trace_id ?? "",
    sort: ({ request }) => request.trace_id,
  },
  {
    id: "id",
    title: "Entry ID",
    width: 280,
    mono: true,
    hidden: true,
    cell: ({ request }) => <Text value={request.lock_entry_id} bare />,
    text: ({ request }) => request.lock_entry_id,
  },
];

function Blocker({ row: { request, blocker } }: { row: LockRow }): VNode | null {
  if (!blocker) return request.blocked_by ? <Text value={request.blocked_by} max={24} /> : null;
  return (
    <>
      <Text value={whoAsked(blocker)} max={40} /> <span class="muted">for</span>{" "}
      <Text value={blocker.operation} max={40} bare={!holderDied(blocker)} />{" "}
      {holderDied(blocker) && <Badge tone="error">died</Badge>}
    </>
  );
}

/** The view of locks. */
export function LocksView(): VNode {
  const locks = useSection("locks");
  const session = useSection("session");
  return (
    <Await of={locks}>
      {(requests) => (
        <Await of={session}>
          {(files) => <Locks requests={requests} files={files} />}
        </Await>
      )}
    </Await>
  );
}

function Locks({ requests, files }: { requests: LockRequest[]; files: SessionSection }): VNode {
  const inside = useInside(requests, lockTimes);
  const pairs = useMemo(() => waitPairs(inside, requests), [inside, requests]);
  const end = useData().header.time_range.end;
  const tabs = [
    { id: "requests", title: "Requests", count: inside.length },
    { id: "waits", title: "Who waited for whom", count: pairs.length },
  ];
  const tab = currentTab(tabs);
  return (
    <div class="view-stack">
      <LockQueue files={files} />
      {inside.length > 0 && <LockPicture requests={inside} end={end} window={timeWindow.value} />}
      <Tabs tabs={tabs} label="Parts of the lock's record" />
      {tab === "waits" && <WaitPicture pairs={pairs} />}
      {tab === "requests" ? <RequestList requests={requests} /> : <WaitTable pairs={pairs} />}
    </div>
  );
}

function RequestList({ requests }: { requests: LockRequest[] }): VNode {
  const rows = useMemo(() => lockRows(requests), [requests]);
  return (
    <RecordList
      label="Lock requests"
      noun="lock request"
      defaultSort="requested"
      rows={rows}
      columns={lockColumns}
      rowKey={({ request }) => request.lock_entry_id}
      times={({ request }) => lockTimes(request)}
      drawer={(row) => <LockDrawer row={row} rows={rows} />}
      facets={facets}
      copyRows={(all) => all.map(({ request }) => request)}
      tone={({ request: { outcome } }) =>
        outcome === "timeout" || outcome === "broken"
          ? "error"
          : outcome === "held"
          ? "warning"
          : undefined}
      empty={
        <EmptyState
          title="Nobody asked for the lock"
          code={`await session.withLock("update", async () => {\n  await update();\n});`}
        >
          <p>
            Every request, grant, release and timeout of the session's lock is logged, so that
            waiting can be traced to whoever held it.
          </p>
        </EmptyState>
      }
    />
  );
}
