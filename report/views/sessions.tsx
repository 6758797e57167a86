/**
 * The sessions of a report of several: the way into each.
 *
 * @module
 */

import type { VNode } from "preact";
import type { SessionCard } from "../../lib/bundle/session_card.ts";
import { sessionStanding } from "../../lib/bundle/session_card.ts";
import { costIsPartial, costNote, errorsNote } from "../../lib/bundle/figure_text.ts";
import { inSession } from "../../lib/bundle/address.ts";
import { humanCount, isoTime } from "../../lib/format/human.ts";
import {
  type Column,
  Cost,
  countValue,
  DataTable,
  durationCell,
  EmptyState,
  Status,
  Text,
  Time,
} from "../components/mod.ts";
import { homeAddress, openSession } from "../state/route.ts";
import { type FacetOf, useFaceted } from "./parts/faceted.tsx";

const standingOf = ({ session }: SessionCard) => sessionStanding(session);
const errorsOf = ({ counts, levels }: SessionCard) =>
  counts.errors + levels.ERROR + levels.CRITICAL;
const durationOf = ({ time_range: { start, end } }: SessionCard) =>
  start === null || end === null ? null : end - start;
const updatedOf = ({ session, time_range }: SessionCard) =>
  session.updated ?? time_range.end ?? session.created;

const facets: FacetOf<SessionCard>[] = [
  {
    param: "status",
    label: "Status",
    value: (card) => standingOf(card)?.word.replace(/ \d+$/, "") ?? "",
    title: (value) => value.replaceAll("_", " ") || "(none)",
  },
  { param: "name", label: "Name", value: ({ session }) => session.name },
  {
    param: "errors",
    label: "Errors",
    chips: true,
    value: (card) => errorsOf(card) > 0 ? "with errors" : "no errors",
  },
];

const columns: Column<SessionCard>[] = [
  {
    id: "title",
    title: "Session",
    minWidth: 200,
    cell: ({ key, title }) => (
      <a href={inSession(key, homeAddress)}>
        <Text value={title} max={200} bare />
      </a>
    ),
    hint: ({ session }) => session.id,
    text: ({ title, session }) => `${title} ${session.id}`,
    sort: ({ title }) => title,
  },
  {
    id: "id",
    title: "Id",
    minWidth: 200,
    mono: true,
    hidden: true,
    cell: ({ session }) => <Text value={session.id} max={200} bare />,
    text: ({ session }) => session.id,
    sort: ({ session }) => session.id,
  },
  {
    id: "name",
    title: "Name",
    width: 110,
    wideOnly: true,
    cell: ({ session }) => <Text value={session.name} max={200} bare />,
    text: ({ session }) => session.name,
    sort: ({ session }) => session.name,
  },
  {
    id: "status",
    title: "Status",
    width: 140,
    cell: (card) => {
      const standing = standingOf(card);
      return standing && <Status {...standing} />;
    },
    text: (card) => standingOf(card)?.word ?? "",
    sort: (card) => standingOf(card)?.word ?? null,
  },
  {
    id: "updated",
    title: "Updated",
    width: 190,
    cell: (card) => <Time value={updatedOf(card)} mode="full" />,
    text: (card) => isoTime(updatedOf(card)),
    sort: updatedOf,
  },
  {
    id: "duration",
    title: "Ran for",
    width: 76,
    align: "right",
    wideOnly: true,
    ...durationCell(durationOf),
    text: (card) => String(durationOf(card) ?? ""),
    sort: durationOf,
  },
  {
    id: "tasks",
    title: "Tasks",
    width: 68,
    align: "right",
    cell: ({ counts }) => `${humanCount(counts.tasks_done)}/${humanCount(counts.tasks)}`,
    look: ({ counts }) => counts.tasks === 0 ? "muted" : undefined,
    text: ({ counts }) => `${counts.tasks_done}/${counts.tasks}`,
    sort: ({ counts }) => counts.tasks === 0 ? null : counts.tasks_done / counts.tasks,
  },
  count("logs", "Log lines", ({ counts }) => counts.logs),
  {
    ...count("errors", "Errors", errorsOf),
    hint: (card) => `${humanCount(card.counts.errors)} ${errorsNote(card)}`,
  },
  count("traces", "Traces", ({ counts }) => counts.traces),
  count("llm", "LLM calls", ({ counts }) => counts.llm_calls),
  {
    id: "cost",
    title: "Cost",
    width: 76,
    align: "right",
    wideOnly: true,
    cell: ({ counts, llm }) =>
      counts.llm_calls === 0 ? "–" : (
        <>
          {costIsPartial(llm) && <abbr title={costNote(llm, counts.llm_calls)}>≥</abbr>}{" "}
          <Cost dollars={llm.cost_usd} />
        </>
      ),
    look: ({ counts }) => counts.llm_calls === 0 ? "muted" : undefined,
    text: ({ llm }) => String(llm.cost_usd ?? ""),
    sort: ({ llm }) => llm.cost_usd,
  },
  {
    id: "finding",
    title: "Look first at",
    minWidth: 220,
    hidden: true,
    cell: ({ finding }) => finding && <Text value={finding.title} bare />,
    text: ({ finding }) => finding?.title ?? "",
    sort: ({ finding }) => finding?.title ?? null,
  },
];

function count(
  id: string,
  title: string,
  value: (card: SessionCard) => number,
): Column<SessionCard> {
  return {
    id,
    title,
    width: 76,
    align: "right",
    ...countValue(value),
  };
}

/** What is known where only the state of each session was read. */
const summaryColumns = columns.filter(({ id }) =>
  ["title", "id", "name", "status", "updated", "tasks"].includes(id)
);

/** The table of sessions. */
export function SessionsView({ cards }: { cards: readonly SessionCard[] }): VNode {
  const isSummary = cards.some(({ is_summary }) => is_summary);
  const shown = useFaceted<SessionCard>(cards, isSummary ? facets.slice(0, 2) : facets);
  return (
    <DataTable<SessionCard>
      label="Sessions"
      rows={shown.rows}
      total={cards.length}
      columns={isSummary ? summaryColumns : columns}
      rowKey={({ key }) => key}
      selected={null}
      onSelect={(card) => card && openSession(card.key)}
      copyRows={(rows) => rows}
      toolbar={shown.toolbar}
      tone={(card) => errorsOf(card) > 0 ? "error" : undefined}
      empty={
        <EmptyState title="No sessions">
          <p>Nothing was recorded in this home yet.</p>
        </EmptyState>
      }
    />
  );
}
