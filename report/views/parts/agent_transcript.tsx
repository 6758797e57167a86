/**
 * What agents asked of planloop and typed into shells, in the order of the transcript.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { type AgentTranscriptLine, parseTime } from "../../../lib/format/mod.ts";
import {
  Code,
  type Column,
  CopyButton,
  Drawer,
  KeyValue,
  LongText,
  Section,
  Status,
  statusCell,
  Text,
  textValue,
  Time,
  timeCell,
} from "../../components/mod.ts";
import type { FacetOf } from "./faceted.tsx";
import { RecordList } from "./record_list.tsx";
import { hasContent, inlineText } from "./value.ts";
import { Variables } from "./variables.tsx";

/** A line of the transcript in words that both of its shapes share. */
export interface AgentRow {
  /** The line's number in the transcript, from 1. */
  key: string;
  line: AgentTranscriptLine;
  time: number | null;
  /** `command`, `response`, `note`, `shell command`, `shell output`. */
  type: string;
  /** What was asked, answered or remarked, on one line. */
  text: string;
  outcome: "ok" | "failed" | "";
  agent: string;
}

const shellTypes: Record<string, string> = {
  command: "command",
  bash_command: "shell command",
  bash_output: "shell output",
};

/** The transcript's lines as rows. */
export function agentRows(lines: readonly AgentTranscriptLine[]): AgentRow[] {
  return lines.map((line, index): AgentRow => ({
    key: String(index + 1),
    line,
    time: parseTime(line.timestamp) ?? null,
    agent: "agent" in line ? line.agent ?? "" : "",
    ...wordsOf(line),
  }));
}

function wordsOf(line: AgentTranscriptLine): Pick<AgentRow, "type" | "text" | "outcome"> {
  if ("event" in line) {
    return {
      type: shellTypes[line.event] ?? line.event,
      text: line.command ?? line.error ?? line.output ?? "",
      outcome: line.error ? "failed" : "",
    };
  }
  if (line.type === "note") return { type: "note", text: line.message, outcome: "" };
  if (line.type === "command") {
    return { type: "command", text: withValues(line.command, line.args), outcome: "" };
  }
  return {
    type: "response",
    text: line.error ? `${line.command}: ${line.error}` : withValues(line.command, line.data),
    outcome: line.success ? "ok" : "failed",
  };
}

function withValues(word: string, values: Record<string, unknown> | null | undefined): string {
  return hasContent(values) ? `${word} ${inlineText(values)}` : word;
}

const facets: FacetOf<AgentRow>[] = [
  { param: "type", chips: true, label: "Type", value: (row) => row.type },
  { param: "agent", label: "Agent", value: (row) => row.agent },
];

const columns: Column<AgentRow>[] = [
  {
    id: "time",
    title: "Time",
    width: 104,
    ...timeCell((row) => row.time),
    text: (row) => row.line.timestamp ?? "",
    sort: (row) => row.time,
  },
  {
    id: "type",
    title: "Type",
    width: 124,
    ...textValue((row) => row.type),
  },
  {
    id: "text",
    title: "Command or message",
    minWidth: 220,
    mono: true,
    cell: (row) => <Text value={row.text} max={300} bare />,
    text: (row) => row.text,
    sort: (row) => row.text,
  },
  {
    id: "outcome",
    title: "Outcome",
    width: 92,
    ...statusCell((row) => row.outcome),
    text: (row) => row.outcome,
    sort: (row) => row.outcome || null,
  },
  {
    id: "agent",
    title: "Agent",
    width: 120,
    wideOnly: true,
    cell: (row) => <Text value={row.agent} bare />,
    text: (row) => row.agent,
    sort: (row) => row.agent || null,
  },
];

/** The transcript, with one line in the drawer. */
export function AgentTranscript({ lines }: { lines: readonly AgentTranscriptLine[] }): VNode {
  const rows = useMemo(() => agentRows(lines), [lines]);
  return (
    <RecordList
      label="Agent transcript"
      noun="transcript line"
      rows={rows}
      columns={columns}
      rowKey={(row) => row.key}
      drawer={(row) => <AgentDrawer row={row} />}
      facets={facets}
      copyRows={(all) => all.map(({ line }) => line)}
      tone={(row) => row.outcome === "failed" ? "error" : undefined}
    />
  );
}

function AgentDrawer({ row }: { row: AgentRow }): VNode {
  const { line, time, type, outcome, agent } = row;
  const command = "command" in line ? line.command : undefined;
  const error = "error" in line ? line.error : undefined;
  return (
    <Drawer
      label="Transcript line"
      title={command === undefined ? `Agent ${type}` : <Text value={command} max={200} />}
      subtitle={
        <>
          {outcome && <Status word={outcome} />}
          <span>{type}</span>
          <Time value={time} mode="full" />
        </>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(line, null, 2)} />}
    >
      {error && (
        <div class="error-message">
          <LongText value={error} max={1200} />
        </div>
      )}
      {"message" in line && <LongText value={line.message} />}
      <KeyValue
        items={[
          ["Agent", agent && <Text value={agent} />],
          ["Line", row.key],
          ["Command number", "event" in line ? line.cmd_number : null],
          ["Open terminals", "event" in line ? line.pty_count : null],
        ]}
      />
      <LineValues line={line} />
    </Drawer>
  );
}

/** What was handed over or came back: arguments, an answer, a shell's output. */
function LineValues({ line }: { line: AgentTranscriptLine }): VNode | null {
  if ("event" in line) {
    if (!line.output) return null;
    return (
      <Section title="Output">
        <Code text={line.output} label="Output" wrap />
      </Section>
    );
  }
  const [title, values] = line.type === "command"
    ? ["Arguments", line.args]
    : line.type === "response"
    ? ["Answer", line.data]
    : ["Further values", line.metadata];
  if (!values || !hasContent(values)) return null;
  return (
    <Section title={title}>
      <Variables values={values} />
    </Section>
  );
}
