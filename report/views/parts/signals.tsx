/**
 * The session's signals: what happens outside its tasks, such as a failing build.
 *
 * @module
 */

import type { VNode } from "preact";
import type { Signal } from "../../../lib/format/mod.ts";
import {
  Badge,
  type Column,
  CopyButton,
  Count,
  countValue,
  Drawer,
  EmptyState,
  KeyValue,
  LongText,
  Section,
  Status,
  Text,
  textValue,
  type Tone,
} from "../../components/mod.ts";
import type { FacetOf } from "./faceted.tsx";
import { RecordList } from "./record_list.tsx";
import { RecordedLink } from "./recorded_link.tsx";
import { hasContent } from "./value.ts";
import { Variables } from "./variables.tsx";

const levelTones: Record<string, Tone> = { blocker: "error", high: "warning", info: "info" };

const signalFacets: FacetOf<Signal>[] = [
  {
    param: "open",
    chips: true,
    label: "Open",
    value: (signal) => signal.open ? "open" : "closed",
  },
  {
    param: "level",
    chips: true,
    label: "Level",
    value: (signal) => signal.level,
    tone: (value) => levelTones[value] ?? "neutral",
  },
];

const signalColumns: Column<Signal>[] = [
  {
    id: "open",
    title: "Open",
    width: 84,
    cell: (signal) => <OpenMark signal={signal} />,
    text: (signal) => signal.open ? "open" : "closed",
    sort: (signal) => signal.open ? 0 : 1,
  },
  {
    id: "level",
    title: "Level",
    width: 92,
    cell: (signal) => <Level signal={signal} />,
    text: (signal) => signal.level,
    sort: (signal) => ["blocker", "high", "info"].indexOf(signal.level),
  },
  {
    id: "title",
    title: "Title",
    minWidth: 200,
    cell: (signal) => <Text value={signal.title} bare />,
    text: (signal) => `${signal.title} ${signal.message}`,
    sort: (signal) => signal.title,
  },
  {
    id: "type",
    title: "Type",
    width: 84,
    ...textValue((signal) => signal.type),
  },
  {
    id: "kind",
    title: "Kind",
    width: 180,
    mono: true,
    wideOnly: true,
    ...textValue((signal) => signal.kind),
  },
  {
    id: "attempts",
    title: "Attempts",
    width: 84,
    align: "right",
    wideOnly: true,
    ...countValue((signal) => signal.attempts),
  },
  {
    id: "id",
    title: "ID",
    width: 132,
    mono: true,
    ...textValue((signal) => signal.id),
  },
];

function OpenMark({ signal }: { signal: Signal }): VNode {
  return signal.open
    ? <Status word="open" tone={signal.level === "blocker" ? "error" : "warning"} />
    : <Status word="closed" tone="ok" />;
}

function Level({ signal }: { signal: Signal }): VNode {
  const tone = signal.open ? levelTones[signal.level] ?? "neutral" : "neutral";
  return (
    <Badge tone={tone}>
      <Text value={signal.level} />
    </Badge>
  );
}

/** The session's signals, open and closed. */
export function Signals({ signals }: { signals: readonly Signal[] }): VNode {
  return (
    <RecordList
      label="Signals"
      noun="signal"
      rows={signals}
      columns={signalColumns}
      rowKey={(signal) => signal.id}
      drawer={(signal) => <SignalDrawer signal={signal} />}
      facets={signalFacets}
      empty={
        <EmptyState
          title="No signal was raised"
          code={`await session.updateState((state) => {\n  state.signals.push({ id: "ci-812", type: "ci", kind: "build", level: "blocker", open: true,\n    title: "CI build 812 failed", message: "…", link: null, extra: {}, attempts: 0 });\n});`}
        >
          <p>A signal tells an agent of something outside its tasks, such as a failing build.</p>
        </EmptyState>
      }
    />
  );
}

function SignalDrawer({ signal }: { signal: Signal }): VNode {
  return (
    <Drawer
      label="Signal"
      title={<Text value={signal.title} />}
      subtitle={
        <>
          <OpenMark signal={signal} />
          <Level signal={signal} />
        </>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(signal, null, 2)} />}
    >
      <LongText value={signal.message || "(no message)"} />
      <KeyValue
        items={[
          [
            "ID",
            <Text class="mono" value={signal.id} />,
          ],
          ["Type", <Text value={signal.type} />],
          [
            "Kind",
            <Text class="mono" value={signal.kind} />,
          ],
          ["Attempts", <Count value={signal.attempts} />],
          ["Link", signal.link && <RecordedLink address={signal.link} />],
        ]}
      />
      {hasContent(signal.extra) && (
        <Section title="Further values">
          <Variables values={signal.extra} />
        </Section>
      )}
    </Drawer>
  );
}
