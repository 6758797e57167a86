/**
 * Who waited for whom, as a table.
 *
 * @module
 */

import type { VNode } from "preact";
import {
  Badge,
  type Column,
  Count,
  countValue,
  DataTable,
  durationValue,
  EmptyState,
  Icon,
  Text,
  textValue,
} from "../../components/mod.ts";
import { navigate } from "../../state/route.ts";
import type { WaitPair } from "./lock_lanes.ts";

const columns: Column<WaitPair>[] = [
  {
    id: "waiter",
    title: "Who waited",
    minWidth: 120,
    ...textValue((pair) => pair.waiter),
  },
  {
    id: "holder",
    title: "For whom",
    minWidth: 120,
    cell: (pair) => (
      <>
        <Icon name="chevron" size={12} /> <Text value={pair.holder} />{" "}
        {pair.died > 0 && (
          <Badge tone="error" title={`${pair.died} of these waits were for a dead holder`}>
            died
          </Badge>
        )}
      </>
    ),
    text: (pair) => pair.holder,
    sort: (pair) => pair.holder,
  },
  {
    id: "waits",
    title: "Waits",
    width: 72,
    align: "right",
    ...countValue((pair) => pair.waits),
  },
  {
    id: "total",
    title: "In all",
    width: 88,
    align: "right",
    ...durationValue((pair) => pair.total_ms),
  },
  {
    id: "longest",
    title: "Longest",
    width: 88,
    align: "right",
    ...durationValue((pair) => pair.longest_ms),
  },
  {
    id: "timeouts",
    title: "Timeouts",
    width: 88,
    align: "right",
    cell: (pair) =>
      pair.timeouts > 0 ? <Badge tone="error">{pair.timeouts}</Badge> : <Count value={0} />,
    text: (pair) => String(pair.timeouts),
    sort: (pair) => pair.timeouts,
  },
];

/** The pairs; opening one shows its longest wait. */
export function WaitTable({ pairs }: { pairs: readonly WaitPair[] }): VNode {
  return (
    <DataTable<WaitPair>
      label="Who waited for whom"
      rows={pairs}
      columns={columns}
      rowKey={(pair) => `${pair.waiter} ${pair.holder}`}
      selected={null}
      onSelect={(pair) => {
        if (pair) navigate("locks", pair.longest.lock_entry_id);
      }}
      empty={
        <EmptyState
          title="Nobody waited for anybody"
          code={`await session.withLock("update", async () => {\n  await update();\n});`}
        >
          <p>Whenever one agent's request is held up by another's, the pair is counted here.</p>
        </EmptyState>
      }
    />
  );
}
