/**
 * LLM Calls: every call of a model, with its conversation.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LlmRow } from "../../lib/bundle/sections.ts";
import { humanCost, humanCount, humanDuration } from "../../lib/format/human.ts";
import {
  Await,
  Badge,
  type Column,
  countValue,
  durationCell,
  durationValue,
  EmptyState,
  endWord,
  statusCell,
  Text,
  textValue,
  timeValue,
  type Tone,
  TraceLink,
} from "../components/mod.ts";
import { useSection } from "../data/context.ts";
import type { FacetOf } from "./parts/faceted.tsx";
import { LlmDrawer } from "./parts/llm_drawer.tsx";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { callTimes } from "./parts/record_times.ts";
import { RecordList } from "./parts/record_list.tsx";

/** How an outcome is shown. */
export const outcomeTones: Record<string, Tone> = {
  ok: "ok",
  error: "error",
  aborted: "warning",
  running: "running",
};

const facets: FacetOf<LlmRow>[] = [
  {
    param: "outcome",
    chips: true,
    label: "Outcome",
    value: (row) => row.outcome,
    title: endWord,
    tone: (value) => outcomeTones[value] ?? "neutral",
  },
  { param: "operation", label: "Operation", value: (row) => row.operation },
  {
    param: "tries",
    chips: true,
    label: "Attempts",
    value: (row) => row.attempts > 1 ? "retried" : "first try",
  },
  { param: "model", label: "Model", value: (row) => row.model },
];

/** Columns of model calls. */
export const llmColumns: Column<LlmRow>[] = [
  {
    id: "time",
    title: "Time",
    width: 104,
    ...timeValue((row) => row.time),
  },
  {
    id: "outcome",
    title: "Outcome",
    width: 112,
    ...statusCell(
      (row) => endWord(row.outcome),
      (row) => outcomeTones[row.outcome] ?? "neutral",
    ),
    text: (row) => endWord(row.outcome),
    sort: (row) => row.outcome,
  },
  {
    id: "operation",
    title: "Operation",
    width: 92,
    wideOnly: true,
    ...textValue((row) => row.operation),
  },
  {
    id: "model",
    title: "Model",
    width: 144,
    mono: true,
    ...textValue((row) => row.model),
  },
  {
    id: "provider",
    title: "Provider",
    width: 96,
    hidden: true,
    ...textValue((row) => row.provider),
  },
  {
    id: "attempts",
    title: "Tries",
    width: 56,
    align: "right",
    wideOnly: true,
    cell: (row) =>
      row.attempts > 1 ? <Badge tone="warning">{row.attempts}</Badge> : humanCount(row.attempts),
    text: (row) => String(row.attempts),
    sort: (row) => row.attempts,
  },
  {
    id: "duration",
    title: "Duration",
    width: 76,
    align: "right",
    ...durationValue((row) => row.duration_ms),
  },
  {
    id: "first",
    title: "First chunk",
    width: 84,
    align: "right",
    wideOnly: true,
    ...durationCell((row) => row.streamed ? row.time_to_first_chunk_ms : null),
    hint: (row) => row.streamed ? `${row.time_to_first_chunk_ms ?? "unknown"} ms` : "Not streamed",
    text: (row) => humanDuration(row.time_to_first_chunk_ms),
    sort: (row) => row.time_to_first_chunk_ms,
  },
  {
    id: "input",
    title: "In",
    width: 64,
    align: "right",
    wideOnly: true,
    ...countValue((row) => row.input_tokens),
  },
  {
    id: "output",
    title: "Out",
    width: 56,
    align: "right",
    wideOnly: true,
    ...countValue((row) => row.output_tokens),
  },
  {
    id: "cost",
    title: "Cost",
    width: 88,
    align: "right",
    wideOnly: true,
    cell: (row) => humanCost(row.cost_usd),
    hint: (row) =>
      row.cost_usd === null ? "The model's price is not known" : `${row.cost_usd} US dollars`,
    look: (row) => row.cost_usd === null ? "muted" : undefined,
    text: (row) => humanCost(row.cost_usd),
    sort: (row) => row.cost_usd,
  },
  {
    id: "preview",
    title: "Question and answer",
    minWidth: 144,
    cell: (row) => <Preview row={row} />,
    text: (row) => `${row.prompt_preview} ${row.error ?? row.response_preview}`,
  },
  {
    id: "trace",
    title: "Trace",
    width: 80,
    hidden: true,
    cell: (row) => <TraceLink id={row.trace_id} />,
    text: (row) => row.trace_id,
    sort: (row) => row.trace_id,
  },
];

function Preview({ row }: { row: LlmRow }): VNode {
  return (
    <>
      <Text class="muted answered" value={row.prompt_preview} max={80} />
      {row.error !== null
        ? <Text class="tone-error-text" value={row.error} max={200} />
        : <Text value={row.response_preview} max={200} bare />}
    </>
  );
}

/** The view of model calls. */
export function LlmView(): VNode {
  const section = useSection("llm");
  return <Await of={section}>{(rows) => <LlmList rows={rows} />}</Await>;
}

function LlmList({ rows }: { rows: readonly LlmRow[] }): VNode {
  return (
    <RecordList
      label="LLM calls"
      noun="LLM call"
      defaultSort="time"
      rows={rows}
      columns={llmColumns}
      rowKey={(row) => recordKey(row.file)}
      times={callTimes}
      drawer={(row) => <LlmDrawer key={row.file} row={row} />}
      facets={facets}
      tone={(row) =>
        row.outcome === "error" ? "error" : row.outcome === "aborted" ? "warning" : undefined}
      empty={
        <EmptyState
          title="No model call was recorded"
          code={`const answer = await session.llm(\n  { provider: "anthropic", model, request },\n  () => client.messages.create(request),\n);`}
        >
          <p>
            Transcripts are off by default, because prompts may hold anything. Turn them on in code,
            or with <code>PLANLOOP_RECORD_LLM=1</code>.
          </p>
        </EmptyState>
      }
    />
  );
}
