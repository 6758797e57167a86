/**
 * One trace: everything in the session that carries its id, on one page.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import type { Sections, TraceRow } from "../../lib/bundle/sections.ts";
import type { Trace } from "../../lib/format/mod.ts";
import {
  Await,
  CopyButton,
  DeadLink,
  Duration,
  EmptyState,
  Icon,
  JsonTree,
  KeyValue,
  Page,
  Section,
  Split,
  Text,
  Time,
} from "../components/mod.ts";
import { useDocument, useSection } from "../data/context.ts";
import {
  type FollowedTrace,
  neverEnded,
  OpenWord,
  runningWord,
  useTraces,
} from "../state/running.ts";
import { Offered } from "../state/commands.ts";
import { href, param, route, setParams, windowParams } from "../state/route.ts";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { spanTree } from "../../lib/analyse/span_tree.ts";
import { Flame } from "./parts/flame.tsx";
import { SpanDrawer } from "./parts/span_drawer.tsx";
import { traceOf, waterfallAxis, type WaterfallRow, waterfallRows } from "./parts/span_rows.ts";
import { SpanTimeTable } from "./parts/span_time_table.tsx";
import { currentTab, type Tab, Tabs } from "./parts/tabs.tsx";
import {
  TraceCalls,
  TraceChanges,
  TraceErrors,
  TraceLocks,
  traceLocks,
  TraceLogs,
} from "./parts/trace_sections.tsx";
import { asNumber, asRecord } from "./parts/value.ts";
import { Waterfall } from "./parts/waterfall.tsx";
import type { Mark } from "./parts/waterfall_line.tsx";
import { TraceStatus } from "./traces.tsx";

/** The page of one trace. */
export function TraceView({ id }: { id: string }): VNode {
  const traces = useTraces();
  return (
    <Await of={traces}>
      {(rows) => {
        const row = rows.find((candidate) => candidate.trace_id === id);
        return row ? <LoadedTrace key={id} row={row} /> : <UnknownTrace id={id} />;
      }}
    </Await>
  );
}

function UnknownTrace({ id }: { id: string }): VNode {
  return (
    <EmptyState title="No such trace">
      <p>
        Nothing in this session carries the id <Text class="mono" value={id} max={140} />.
      </p>
      <p>
        <a href={href("traces")}>All traces</a>
      </p>
    </EmptyState>
  );
}

type Joined = Pick<Sections, "llm" | "errors" | "locks" | "changes">;

function LoadedTrace({ row }: { row: FollowedTrace }): VNode {
  const document = useDocument(row.document);
  const llm = useSection("llm");
  const errors = useSection("errors");
  const locks = useSection("locks");
  const changes = useSection("changes");
  const failed = [document, llm, errors, locks, changes].find((part) => part.error);
  if (failed) return <Await of={failed}>{() => null}</Await>;
  if (!llm.value || !errors.value || !locks.value || !changes.value || document.loading) {
    return <p class="loading" role="status">Reading…</p>;
  }
  const joined: Joined = {
    llm: llm.value,
    errors: errors.value,
    locks: locks.value,
    changes: changes.value,
  };
  return (
    <OpenWord.Provider value={row.running ? runningWord : neverEnded}>
      <TracePage row={row} document={document.value} joined={joined} />
    </OpenWord.Provider>
  );
}

function TracePage(
  { row, document, joined }: { row: FollowedTrace; document: unknown; joined: Joined },
): VNode {
  const id = row.trace_id;
  const own = useMemo(() => {
    const trace = traceOf(document);
    const has = (record: { trace_id: string | null }) => record.trace_id === id;
    const llm = joined.llm.filter(has);
    const errors = joined.errors.filter(has).sort((a, b) =>
      (a.time ?? Infinity) - (b.time ?? Infinity) || 0
    );
    const changes = joined.changes.filter(has);
    const locks = traceLocks(joined.locks, id);
    const tree = trace && spanTree(trace, isOpen(row) ? row.end : null);
    const rows = waterfallRows({ tree, llm, locks: locks.map(({ request }) => request) });
    const axis = waterfallAxis(trace, rows, row.end);
    return { trace, llm, errors, changes, locks, rows, path: tree?.path ?? null, axis };
  }, [id, row.end, document, joined.llm, joined.errors, joined.changes, joined.locks]);
  const marks = useMemo(() => marksOf(own), [own, windowParams.value]);
  const { trace, rows, axis } = own;
  const open = rows.find((candidate) => candidate.key === param("row"));
  const select = (next: WaterfallRow | null) =>
    setParams({ row: next?.key ?? null }, { push: !open });
  return (
    <Split
      drawer={open && (
        <SpanDrawer
          row={open}
          rows={rows}
          from={axis?.start ?? null}
          errors={own.errors}
          onSelect={select}
        />
      )}
      notice={!open && param("row") && (
        <DeadLink
          noun="row"
          name={param("row")}
          place="this trace"
          onDismiss={() => setParams({ row: null })}
        />
      )}
    >
      <Page wide>
        <Head row={row} document={document} />
        {!row.document && <p class="note">No trace file was recorded for this id.</p>}
        {row.document && !trace && <p class="note">Its trace file does not hold a trace.</p>}
        {rows.length > 0 && axis && (
          <Section title="Timeline">
            <Pictures id={id} />
            {currentTab(pictures) === "flame" ? <Flame rows={rows} /> : (
              <Waterfall
                rows={rows}
                path={own.path}
                axis={axis}
                marks={marks}
                selected={open?.key ?? null}
                onSelect={select}
              />
            )}
          </Section>
        )}
        <SpanTimeTable rows={rows} />
        {trace && rows.length === 0 && <p class="note">The trace has no spans.</p>}
        <TraceErrors rows={own.errors} />
        <TraceCalls rows={own.llm} />
        <TraceLocks rows={own.locks} />
        <TraceChanges rows={own.changes} />
        <TraceLogs id={id} />
        {trace && (
          <Section title="Whole record" open={false}>
            <JsonTree value={document} label="Trace" />
          </Section>
        )}
      </Page>
    </Split>
  );
}

/** Whether the trace's process died inside it, or still ran when the session was read. */
function isOpen(row: TraceRow): boolean {
  return row.status === "running";
}

const pictures: Tab[] = [{ id: "waterfall", title: "Waterfall" }, { id: "flame", title: "Flame" }];

/** What belongs to one picture only. */
const pictureParams = ["tab", "path", "span", "zoom"];

function Pictures({ id }: { id: string }): VNode {
  const keep = Object.keys(route.value.params).filter((name) => !pictureParams.includes(name));
  return <Tabs tabs={pictures} label="Pictures of the trace" within={id} keep={keep} />;
}

interface Own {
  trace: Trace | null;
  errors: Joined["errors"];
  changes: Joined["changes"];
}

/** Errors and state changes as marks on the trace's axis. */
function marksOf({ errors, changes }: Own): Mark[] {
  const marks: Mark[] = [];
  for (const row of errors) {
    if (row.time === null) continue;
    const words = `Error: ${row.error_type}: ${row.error_message.slice(0, 120)}`;
    marks.push({ time: row.time, tone: "error", words, href: href("errors", recordKey(row.file)) });
  }
  for (const row of changes) {
    if (row.time === null) continue;
    const words = `State change: ${row.paths.join(", ").slice(0, 160)}`;
    marks.push({ time: row.time, tone: "info", words, href: href("changes", recordKey(row.file)) });
  }
  return marks.sort((a, b) => a.time - b.time);
}

function Head({ row, document }: { row: FollowedTrace; document: unknown }): VNode {
  const trace = asRecord(document);
  const pid = asNumber(trace["pid"]);
  const error = asRecord(trace["error"]);
  const filters = Object.fromEntries(
    Object.entries(route.value.params).filter(([name]) =>
      name !== "row" && !pictureParams.includes(name)
    ),
  );
  return (
    <header class="trace-head facts-row">
      <a class="back-link" href={href("traces", null, filters)}>
        <Icon name="chevron" size={12} /> All traces
      </a>
      <div class="trace-title">
        <h3>
          <Text value={row.operation || "(no operation)"} max={200} bare />
        </h3>
        <TraceStatus row={row} />
        <span class="mono muted trace-id">
          <Text value={row.trace_id} max={140} />
          <Offered.Provider value>
            <CopyButton label="Copy the trace id" text={() => row.trace_id} />
          </Offered.Provider>
        </span>
        {document !== null && (
          <Offered.Provider value>
            <CopyButton
              label="Copy the trace as JSON"
              text={() => JSON.stringify(document, null, 2)}
              words
            />
          </Offered.Provider>
        )}
      </div>
      <KeyValue
        items={[
          ["Started", <Time value={row.start} mode="full" />],
          [
            "Duration",
            isOpen(row)
              ? (
                <>
                  {row.running
                    ? `${runningWord}, for`
                    : "never ended; the last sign of it came after"}{" "}
                  <Duration
                    ms={row.end === null || row.start === null ? null : row.end - row.start}
                  />
                </>
              )
              : <Duration ms={row.duration_ms} />,
          ],
          [
            "Sum of root spans",
            row.spans > 0 ? <Duration ms={asNumber(trace["total_duration_ms"])} /> : null,
          ],
          [
            "Command",
            row.command && <Text class="mono" value={row.command} max={400} />,
          ],
          ["Process", pid === null ? null : <span class="mono">{pid}</span>],
          [
            "Failed with",
            typeof error["type"] === "string"
              ? (
                <Text
                  class="tone-error-text mono"
                  value={`${error["type"]}: ${String(error["message"] ?? "")}`}
                  max={400}
                />
              )
              : null,
          ],
          [
            "File",
            row.file && <Text class="mono" value={row.file} />,
          ],
        ]}
      />
    </header>
  );
}
