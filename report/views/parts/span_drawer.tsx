/**
 * A row of the waterfall in the drawer: a span in full, or a call or lock request in short.
 *
 * @module
 */

import type { VNode } from "preact";
import { useContext } from "preact/hooks";
import type { ErrorRow, LlmRow } from "../../../lib/bundle/sections.ts";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import {
  Badge,
  CopyButton,
  Cost,
  Count,
  Drawer,
  Duration,
  JsonTree,
  KeyValue,
  Section,
  Status,
  Text,
  Time,
  type Tone,
  usePortion,
} from "../../components/mod.ts";
import { href } from "../../state/route.ts";
import { neverEnded, OpenWord } from "../../state/running.ts";
import { lockTones } from "../locks.tsx";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import type { RowMoment, WaterfallRow } from "./span_rows.ts";
import { hasContent } from "./value.ts";
import { Variables } from "./variables.tsx";

/** Properties of {@linkcode SpanDrawer}. */
export interface SpanDrawerProps {
  row: WaterfallRow;
  /** All rows of the trace, for the way up. */
  rows: readonly WaterfallRow[];
  /** When the trace began. */
  from: number | null;
  /** The trace's error reports. */
  errors: readonly ErrorRow[];
  onSelect(row: WaterfallRow | null): void;
}

const tones: Record<string, Tone> = { aborted: "warning", ...lockTones };

/** The drawer of one row. */
export function SpanDrawer(props: SpanDrawerProps): VNode {
  const { row, from, onSelect } = props;
  const record = row.node?.span ?? row.llm ?? row.lock;
  const label = row.kind === "span" ? "Span" : row.kind === "llm" ? "Model call" : "Lock request";
  return (
    <Drawer
      label={label}
      title={<Text class="mono" value={row.name} max={200} />}
      subtitle={
        <>
          <Badge>{label}</Badge>
          <Status
            word={row.status}
            {...(tones[row.status] === undefined ? {} : { tone: tones[row.status]! })}
          />
          <Time value={row.start} mode="offset" from={from} />
          <Duration ms={row.duration_ms} />
        </>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(record, null, 2)} />}
      onClose={() => onSelect(null)}
    >
      {row.node && <SpanDetails {...props} />}
      {row.llm && <LlmShort llm={row.llm} />}
      {row.lock && <LockShort lock={row.lock} />}
    </Drawer>
  );
}

function SpanDetails({ row, rows, from, errors, onSelect }: SpanDrawerProps): VNode | null {
  const openWord = useContext(OpenWord);
  const node = row.node;
  if (!node) return null;
  const { span, open, parent } = node;
  const above = parent && rows.find((other) => other.node === parent);
  const length = node.end_ms - node.start_ms;
  const report = errors.find(({ error_type, error_message }) =>
    error_type === span.error?.type && error_message === span.error.message
  );
  return (
    <>
      {span.error && (
        <div class="error-message" role="note">
          <strong class="mono">
            <Text value={span.error.type} max={120} bare />
          </strong>
          <p>
            <Text value={span.error.message} block max={2000} />
          </p>
          {report && <a href={href("errors", recordKey(report.file))}>Stack and variables</a>}
        </div>
      )}
      {open && (
        <div class="callout callout-warning">
          <strong>This span {openWord === neverEnded ? neverEnded : `is ${openWord}`}</strong>
          {openWord === neverEnded && (
            <p>Its process died inside it, or still ran when the session was read.</p>
          )}
        </div>
      )}
      <KeyValue
        items={[
          ["Started", <Time value={row.start} mode="full" />],
          ["Ended", row.end === null ? null : <Time value={row.end} mode="full" />],
          ["Duration", open ? openWord : <Duration ms={row.duration_ms} />],
          [
            "Self time",
            row.self_ms === null ? null : (
              <>
                <Duration ms={row.self_ms} />
                {length > 0 && (
                  <span class="muted">{` ${Math.round(row.self_ms / length * 100)} %`}</span>
                )}
              </>
            ),
          ],
          ["Critical path", node.critical ? "yes: the trace waited for this span" : null],
          [
            "Inside",
            above && (
              <button
                type="button"
                class="link-button mono"
                onClick={() => onSelect(above)}
              >
                <Text value={above.name} max={80} />
              </button>
            ),
          ],
          ["Children", row.children > 0 ? <Count value={row.children} /> : null],
          [
            "Span ID",
            <Text class="mono" value={span.span_id} max={120} />,
          ],
        ]}
      />
      {hasContent(span.metadata) && (
        <Section title="Metadata">
          <Variables values={span.metadata} />
        </Section>
      )}
      {row.moments.length > 0 && <Moments moments={row.moments} from={from} />}
      <Section title="Whole record" open={false}>
        <JsonTree value={span} label="Span" />
      </Section>
    </>
  );
}

/** Moments listed at first. */
const momentsMax = 20;

function Moments({ moments, from }: { moments: readonly RowMoment[]; from: number | null }): VNode {
  const { shown, more } = usePortion(moments.length, momentsMax, "events");
  return (
    <Section title="Events" count={moments.length}>
      <ol class="moments">
        {moments.slice(0, shown).map((moment, index) => (
          <li key={index}>
            <Time value={moment.time} mode="offset" from={from} />
            <Text class="mono" value={moment.name} max={120} />
            {hasContent(moment.metadata) && (
              <JsonTree value={moment.metadata} label="Metadata" depth={0} />
            )}
          </li>
        ))}
      </ol>
      {more}
    </Section>
  );
}

function LlmShort({ llm }: { llm: LlmRow }): VNode {
  const first = llm.time_to_first_chunk_ms;
  return (
    <>
      <p>
        <a href={href("llm", recordKey(llm.file))}>Open the whole call</a>
      </p>
      <KeyValue
        items={[
          ["Operation", <Text value={llm.operation} />],
          ["Provider", <Text value={llm.provider} />],
          ["Attempts", <Count value={llm.attempts} />],
          ["First chunk", llm.streamed ? <Duration ms={first} /> : "not streamed"],
          ["Input tokens", <Count value={llm.input_tokens} />],
          ["Output tokens", <Count value={llm.output_tokens} />],
          ["Cost", <Cost dollars={llm.cost_usd} />],
          ["Error", llm.error && <Text value={llm.error} block max={600} />],
          ["Asked", llm.prompt_preview && <Text value={llm.prompt_preview} />],
          ["Answered", llm.response_preview && <Text value={llm.response_preview} />],
        ]}
      />
    </>
  );
}

function LockShort({ lock }: { lock: LockRequest }): VNode {
  return (
    <>
      <p>
        <a href={href("locks", lock.lock_entry_id)}>Open the request among the locks</a>
      </p>
      <KeyValue
        items={[
          ["Agent", lock.agent && <Text value={lock.agent} />],
          ["Waited", <Duration ms={lock.wait_ms} />],
          ["Held", lock.acquired === null ? "never acquired" : <Duration ms={lock.hold_ms} />],
          [
            "Held then by",
            lock.holder && <Text class="mono" value={lock.holder} />,
          ],
          [
            "Waited for",
            lock.blocked_by && <a href={href("locks", lock.blocked_by)}>another request</a>,
          ],
        ]}
      />
    </>
  );
}
