/**
 * A model call in the drawer: outcome, conversation, attempts, timing, usage, the record itself.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { LlmRow } from "../../../lib/bundle/sections.ts";
import {
  Await,
  CopyMenu,
  Cost,
  Count,
  Drawer,
  Duration,
  endWord,
  JsonTree,
  KeyValue,
  Section,
  Status,
  Text,
  Time,
  TraceLink,
} from "../../components/mod.ts";
import { useDocument, useSection } from "../../data/context.ts";
import { href } from "../../state/route.ts";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import { Attempts } from "./attempts.tsx";
import { callCurl, callJq, callMarkdown } from "./call_copy.ts";
import { diffCalls, previousCall } from "./call_diff.ts";
import { Conversation, Tools } from "./conversation_view.tsx";
import { settingsOf, toolsOf } from "./conversation.ts";
import { StateChanges } from "./state_changes.tsx";
import { asNumber, asRecord, asText, hasContent, sizeOf } from "./value.ts";
import { Variables } from "./variables.tsx";

const tones = { ok: "ok", error: "error", aborted: "warning", running: "running" } as const;

/** The drawer of one model call. */
export function LlmDrawer({ row }: { row: LlmRow }): VNode {
  const transcript = useDocument(row.document);
  return (
    <Drawer
      label="LLM call"
      title={
        <>
          <Text value={row.operation || "LLM call"} max={60} />{" "}
          <Text class="mono muted" value={row.model} max={60} />
        </>
      }
      subtitle={
        <>
          <Status word={endWord(row.outcome)} tone={tones[row.outcome] ?? "neutral"} />
          <Time value={row.time} mode="full" />
          <Duration ms={row.duration_ms} />
        </>
      }
      actions={transcript.value !== null && <CopyCall row={row} document={transcript.value} />}
    >
      <Await of={transcript}>{(document) => <LlmDetails row={row} document={document} />}</Await>
    </Drawer>
  );
}

/** The call as text for elsewhere. */
function CopyCall({ row, document }: { row: LlmRow; document: unknown }): VNode {
  return (
    <CopyMenu
      label="Copy"
      forms={[
        ["Copy as JSON", () => JSON.stringify(document, null, 2)],
        ["Copy as Markdown", () => callMarkdown(row, document)],
        ["Copy as curl", () => callCurl(row, document)],
        ["Copy jq command", () => callJq(row)],
      ]}
    />
  );
}

/** How a call is named beside others of its trace. */
function callName(row: LlmRow): string {
  return row.call_index === null ? "the previous call" : `call ${row.call_index}`;
}

function LlmDetails({ row, document }: { row: LlmRow; document: unknown }): VNode {
  const calls = useSection("llm").value ?? [];
  const previous = previousCall(row, calls);
  const before = useDocument(previous?.document);
  const call = asRecord(document);
  const diff = useMemo(() => diffCalls(before.value, document), [before.value, document]);
  const count = diff.runs.reduce((sum, run) => sum + run.messages.length, 0);
  const changed = Object.keys(diff.parameters).length;
  const tools = toolsOf(document);
  const settings = settingsOf(document);
  return (
    <>
      <CallError error={call["error"]} />
      <Facts row={row} call={call} />
      <Section
        title="Conversation"
        count={count}
        actions={previous && (
          <a href={href("llm", recordKey(previous.file))}>compared with {callName(previous)}</a>
        )}
      >
        {before.loading ? <p class="loading" role="status">Reading…</p> : (
          <Conversation
            diff={diff}
            previous={previous && before.value ? callName(previous) : null}
          />
        )}
        {before.error && (
          <p class="note">
            The call before this one cannot be read, so nothing is compared: {before.error.message}
          </p>
        )}
      </Section>
      {previous && changed > 0 && (
        <Section title={`Changed since ${callName(previous)}`} count={changed}>
          <StateChanges changes={diff.parameters} />
        </Section>
      )}
      {tools.length > 0 && (
        <Section title="Tools offered" count={tools.length} open={false}>
          <Tools tools={tools} />
        </Section>
      )}
      <Attempts row={row} call={call} />
      <Usage call={call} />
      {hasContent(call["rate_limit"]) && (
        <Section
          title="Rate limits, as the provider told them"
          count={sizeOf(call["rate_limit"])}
          open={false}
        >
          <Variables values={asRecord(call["rate_limit"])} />
        </Section>
      )}
      {hasContent(settings) && (
        <Section title="Request settings" count={sizeOf(settings)} open={false}>
          <Variables values={settings} />
        </Section>
      )}
      <Section title="Whole record" open={false}>
        <JsonTree value={document} label="Transcript" />
      </Section>
    </>
  );
}

function CallError({ error }: { error: unknown }): VNode | null {
  if (!hasContent(error)) return null;
  const { type, status, message, retry_after_ms } = asRecord(error);
  const wait = asNumber(retry_after_ms);
  return (
    <div class="error-message" role="note">
      <strong class="mono">
        <Text value={asText(type) || "error"} max={80} />
        {asNumber(status) !== null && ` ${asNumber(status)}`}
      </strong>
      <p>
        <Text value={asText(message)} block max={1200} />
      </p>
      {wait !== null && (
        <p class="muted">
          The provider asked to wait <Duration ms={wait} />.
        </p>
      )}
    </div>
  );
}

function Facts({ row, call }: { row: LlmRow; call: Record<string, unknown> }): VNode {
  const price = asRecord(call["price"]);
  const span = row.span_id;
  return (
    <KeyValue
      items={[
        ["Provider", row.provider && <Text value={row.provider} />],
        [
          "Model",
          <Text class="mono" value={row.model} />,
        ],
        [
          "Stopped by",
          row.stop_reason && <Text class="mono" value={row.stop_reason} />,
        ],
        [
          "Cost",
          (
            <>
              <Cost dollars={row.cost_usd} />
              {row.cost_usd !== null && hasContent(price) && (
                <span class="muted">
                  {" by "}
                  <Text value={`${asText(price["source"])} ${asText(price["version"])}`} max={60} />
                </span>
              )}
            </>
          ),
        ],
        ["Trace", row.trace_id ? <TraceLink id={row.trace_id} full /> : null],
        [
          "Span",
          span && (
            <a class="mono" href={href("traces", row.trace_id, { row: `span:${span}` })}>
              <Text value={span} max={60} bare />
            </a>
          ),
        ],
        ["Call", row.call_index === null ? null : `${row.call_index} of its trace`],
        [
          "File",
          <Text class="mono" value={row.file} />,
        ],
      ]}
    />
  );
}

function Usage({ call }: { call: Record<string, unknown> }): VNode | null {
  const usage = asRecord(asRecord(call["response"])["usage"]);
  if (!hasContent(usage)) return null;
  const known: [string, string][] = [
    ["Input", "input_tokens"],
    ["… read from cache", "cache_read_input_tokens"],
    ["… written to cache", "cache_creation_input_tokens"],
    ["… of that, kept an hour", "cache_creation_1h_input_tokens"],
    ["Output", "output_tokens"],
    ["… spent on reasoning", "reasoning_tokens"],
  ];
  const shown = new Set(known.map(([, key]) => key));
  const rest = Object.fromEntries(Object.entries(usage).filter(([key]) => !shown.has(key)));
  return (
    <Section title="Tokens">
      <KeyValue
        items={known.map(([title, key]) => {
          const count = asNumber(usage[key]);
          return [title, count === null ? null : <Count value={count} />];
        })}
      />
      {hasContent(rest) && <Variables values={rest} />}
    </Section>
  );
}
