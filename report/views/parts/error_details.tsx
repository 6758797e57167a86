/**
 * What an error report says: the message, where it was thrown, with which variables, and why.
 *
 * @module
 */

import type { VNode } from "preact";
import type { ErrorRow } from "../../../lib/bundle/sections.ts";
import type { StackFrame } from "../../../lib/format/mod.ts";
import {
  Duration,
  facetParam,
  JsonTree,
  KeyValue,
  LongText,
  Section,
  Stack,
  Text,
  TraceLink,
  usePortion,
} from "../../components/mod.ts";
import { useSection } from "../../data/context.ts";
import { href } from "../../state/route.ts";
import { recordKey } from "../../../lib/bundle/record_key.ts";
import { asList, asNumber, asRecord, asText, hasContent, sizeOf } from "./value.ts";
import { Variables } from "./variables.tsx";

/** Entries of a list shown at first; causes, which have stacks, are larger. */
const entriesMax = 10;
const causesMax = 8;

const sources: Record<string, string> = {
  scope: "set on the enclosing spans",
  arguments: "the wrapped function's arguments",
  inspector: "read by the inspector where it was thrown",
  unavailable: "not available in this runtime",
};

/** The details of an error report; `trace` false leaves out the link to its trace. */
export function ErrorDetails(
  { row, document, trace = true }: { row: ErrorRow; document: unknown; trace?: boolean },
): VNode {
  const report = asRecord(document);
  const frames = framesOf(report["stack_trace"]);
  // On the page of its trace, an error is one of many parts.
  const folded = trace ? {} : { open: false };
  const links = asList(report["llm_transcript_link"]).concat(
    typeof report["llm_transcript_link"] === "string" ? [report["llm_transcript_link"]] : [],
  );
  return (
    <>
      <div class="error-message">
        <LongText value={row.error_message || "(no message)"} max={1200} />
      </div>
      <KeyValue
        items={[
          [
            "Thrown at",
            row.location && <Text class="mono" value={row.location} />,
          ],
          [
            "Function",
            // The stack says the same right below.
            row.function !== frames.at(-1)?.function && row.function &&
            <Text class="mono" value={row.function} />,
          ],
          ["Operation", trace && row.operation && <Text value={row.operation} />],
          [
            "Fingerprint",
            <span class="mono" title="Equal for reports of one fault">{row.fingerprint}</span>,
          ],
          [
            "Trace",
            trace && row.trace_id && (
              <span class="fact-links">
                <TraceLink id={row.trace_id} full />
                <a href={href("logs", null, { trace: facetParam([row.trace_id]) })}>
                  its log lines
                </a>
              </span>
            ),
          ],
          ["Model calls", links.length > 0 ? <CallLinks files={links.map(asText)} /> : null],
          [
            "File",
            <Text class="mono" value={row.file} />,
          ],
        ]}
      />
      {hasContent(report["error_properties"]) && (
        <Section title="Properties">
          <Variables values={asRecord(report["error_properties"])} />
        </Section>
      )}
      <Section title="Stack" count={frames.length}>
        <Stack frames={frames} {...(trace ? {} : { first: 3 })} />
      </Section>
      <Locals report={report} {...folded} />
      <Causes causes={asList(report["causes"])} {...folded} />
      <OpenSpans spans={asList(report["open_spans"])} trace_id={row.trace_id} />
      <HeldLocks locks={asList(report["held_locks"])} />
      {hasContent(report["environment"]) && (
        <Section title="Environment" count={sizeOf(report["environment"])} open={false}>
          <Variables values={asRecord(report["environment"])} />
        </Section>
      )}
    </>
  );
}

/** Frames of whatever the report holds as a stack. */
export function framesOf(value: unknown): StackFrame[] {
  return asList(value).map((item) => {
    const frame = asRecord(item);
    const column = asNumber(frame["column"]);
    return {
      file: asText(frame["file"]),
      line: asNumber(frame["line"]) ?? 0,
      function: asText(frame["function"]),
      code: asText(frame["code"]),
      ...(column === null ? {} : { column }),
    };
  });
}

/** Variables by the span that they were set on, the innermost first; then the function's own. */
function Locals(
  { report, open }: { report: Record<string, unknown>; open?: boolean },
): VNode {
  const source = asText(report["locals_source"]);
  const spans = asList(report["open_spans"]).map(asRecord)
    .filter((span) => hasContent(span["variables"])).reverse();
  const variables = asRecord(report["local_variables"]);
  const args = asList(report["arguments"]);
  const { shown, more } = usePortion(spans.length, entriesMax, "spans with variables");
  return (
    <>
      <Section
        title="Variables"
        count={open === undefined ? undefined : Object.keys(variables).length}
        {...(open === undefined ? {} : { open })}
        actions={source && <span class="muted">{sources[source] ?? source}</span>}
      >
        {hasContent(variables)
          ? <Variables values={variables} />
          : <p class="muted">No variables were recorded.</p>}
      </Section>
      {spans.slice(0, shown).map((span, index) => (
        <Section
          key={index}
          count={sizeOf(span["variables"])}
          open={false}
          title={
            <>
              Set on span <Text class="mono" value={asText(span["name"])} max={60} />
            </>
          }
        >
          <Variables values={asRecord(span["variables"])} />
        </Section>
      ))}
      {more}
      {args.length > 0 && (
        <Section title="Arguments" count={args.length} open={false}>
          <Variables
            values={Object.fromEntries(args.map((value, index) => [String(index), value]))}
          />
        </Section>
      )}
    </>
  );
}

/** The calls that the report names; one whose transcript is not there is text. */
function CallLinks({ files }: { files: string[] }): VNode {
  const calls = useSection("llm").value ?? [];
  const known = new Set(calls.map((call) => call.file));
  const named = files.filter(Boolean);
  const { shown, more } = usePortion(named.length, entriesMax, "calls");
  return (
    <ul class="plain-list">
      {named.slice(0, shown).map((file) => (
        <li key={file} class="mono">
          {known.has(file)
            ? (
              <a href={href("llm", recordKey(file))}>
                <Text value={recordKey(file)} bare />
              </a>
            )
            : <Text class="muted" title="No such transcript was recorded" value={file} max={200} />}
        </li>
      ))}
      {more && <li>{more}</li>}
    </ul>
  );
}

/** Causes as a tree: `errors[2].cause` hangs below `errors[2]`. */
function Causes({ causes, open }: { causes: unknown[]; open?: boolean }): VNode | null {
  const { shown, more } = usePortion(causes.length, causesMax, "causes", 12);
  if (causes.length === 0) return null;
  return (
    <Section title="Causes" count={causes.length} {...(open === undefined ? {} : { open })}>
      <ol class="causes">
        {causes.slice(0, shown).map((value, index) => {
          const cause = asRecord(value);
          const relation = asText(cause["relation"]) || "cause";
          const frames = framesOf(cause["stack_trace"]);
          const depth = Math.min(8, relation.split(".").length - 1);
          return (
            <li
              key={index}
              class="cause"
              data-depth={depth}
              style={{ marginLeft: `${depth * 16}px` }}
            >
              <div class="cause-head">
                <Text class="cause-relation mono" value={relation} />
                <Text class="mono cause-type" value={asText(cause["error_type"])} max={80} />
              </div>
              <LongText value={asText(cause["error_message"])} max={600} />
              {hasContent(cause["error_properties"]) && (
                <Variables values={asRecord(cause["error_properties"])} />
              )}
              {frames.length > 0 && <Stack frames={frames} />}
            </li>
          );
        })}
      </ol>
      {more}
    </Section>
  );
}

function OpenSpans({ spans, trace_id }: { spans: unknown[]; trace_id: string }): VNode | null {
  const { shown, more } = usePortion(spans.length, entriesMax, "spans");
  if (spans.length === 0) return null;
  return (
    <Section title="Open spans" count={spans.length} open={false}>
      <ol class="plain-list nested-list">
        {spans.slice(0, shown).map((value, index) => {
          const span = asRecord(value);
          const id = asText(span["span_id"]);
          return (
            <li key={index}>
              <a class="mono" href={href("traces", trace_id, { row: id ? `span:${id}` : null })}>
                <Text value={asText(span["name"]) || "(no name)"} max={80} bare />
              </a>{" "}
              <span class="muted">
                open for <Duration ms={asNumber(span["open_ms"])} />
              </span>
              {hasContent(span["metadata"]) && (
                <JsonTree value={span["metadata"]} label="Metadata" depth={0} />
              )}
            </li>
          );
        })}
      </ol>
      {more}
    </Section>
  );
}

function HeldLocks({ locks }: { locks: unknown[] }): VNode | null {
  const { shown, more } = usePortion(locks.length, entriesMax, "locks");
  if (locks.length === 0) return null;
  return (
    <Section title="Held locks" count={locks.length}>
      <ul class="plain-list">
        {locks.slice(0, shown).map((value, index) => {
          const lock = asRecord(value);
          return (
            <li key={index}>
              <a href={href("locks", asText(lock["lock_entry_id"]))}>
                lock for <Text value={asText(lock["operation"])} max={80} />
              </a>{" "}
              <span class="muted">
                held for <Duration ms={asNumber(lock["held_ms"])} />
              </span>
            </li>
          );
        })}
      </ul>
      {more}
    </Section>
  );
}
