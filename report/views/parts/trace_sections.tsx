/**
 * What belongs to a trace beside its spans: errors, calls, lock requests, changes, log lines.
 *
 * @module
 */

import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import type { ChangeRow, ErrorRow, LlmRow, LogDictionaries } from "../../../lib/bundle/sections.ts";
import { levels } from "../../../lib/format/mod.ts";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import {
  Await,
  type Column,
  DataTable,
  durationCell,
  facetParam,
  levelLook,
  Section,
  Text,
  Time,
  timeCell,
  usePortion,
} from "../../components/mod.ts";
import {
  useData,
  useDocument,
  useLogArrival,
  useLogsLoaded,
  useSection,
} from "../../data/context.ts";
import { logRowsOf } from "../../state/log_rows.ts";
import { href, navigate } from "../../state/route.ts";
import { changeColumns } from "../changes.tsx";
import { llmColumns } from "../llm.tsx";
import { lockColumns, type LockRow } from "../locks.tsx";
import { ErrorDetails } from "./error_details.tsx";
import { LockTimes } from "./log_columns.tsx";
import { LogMissing } from "./log_missing.tsx";
import { recordKey } from "../../../lib/bundle/record_key.ts";

/** Errors shown in full; the others are links. */
const errorsMax = 3;

/** Links to further errors shown at first. */
const errorLinksMax = 8;

/** The trace's errors, each with its stack and variables. */
export function TraceErrors({ rows }: { rows: readonly ErrorRow[] }): VNode | null {
  const others = rows.slice(errorsMax);
  const { shown, more } = usePortion(others.length, errorLinksMax, "errors");
  if (rows.length === 0) return null;
  return (
    <Section title="Errors" count={rows.length}>
      {rows.slice(0, errorsMax).map((row, index) => (
        <ErrorFold key={row.file} row={row} open={index === 0} />
      ))}
      {others.slice(0, shown).map((row) => (
        <p key={row.file}>
          <a href={href("errors", recordKey(row.file))}>
            <Text class="mono" value={row.error_type} max={80} />{" "}
            <Text value={row.error_message} max={120} />
          </a>
        </p>
      ))}
      {more}
    </Section>
  );
}

/** One error; its report is read when it is first opened. */
function ErrorFold({ row, open }: { row: ErrorRow; open: boolean }): VNode {
  const [made, setMade] = useState(open);
  return (
    <details
      class="trace-error"
      open={open}
      onToggle={(event) => event.currentTarget.open && setMade(true)}
    >
      <summary onClick={() => setMade(true)}>
        <Text class="mono trace-error-type" value={row.error_type} max={80} />
        <Text class="trace-error-message" value={row.error_message} max={200} />
        <Time value={row.time} />
      </summary>
      {made && <TraceError row={row} />}
    </details>
  );
}

function TraceError({ row }: { row: ErrorRow }): VNode {
  const report = useDocument(row.document);
  return (
    <div class="trace-error-body">
      <p>
        <a href={href("errors", recordKey(row.file))}>Open the error report</a>
      </p>
      <Await of={report}>
        {(document) => <ErrorDetails row={row} document={document} trace={false} />}
      </Await>
    </div>
  );
}

function without<Row>(columns: readonly Column<Row>[], ...ids: string[]): Column<Row>[] {
  return columns.filter((column) => !ids.includes(column.id) && !column.hidden);
}

const traceLlmColumns = without(llmColumns, "trace");
const traceLockColumns = without(lockColumns, "trace");
const traceChangeColumns = without(changeColumns, "trace", "operation");

/** The trace's model calls. */
export function TraceCalls({ rows }: { rows: readonly LlmRow[] }): VNode | null {
  if (rows.length === 0) return null;
  return (
    <Section title="LLM calls" count={rows.length} open={false}>
      <DataTable<LlmRow>
        variant="inline"
        name="llm"
        label="LLM calls of this trace"
        defaultSort="time"
        rows={rows}
        columns={traceLlmColumns}
        rowKey={(row) => recordKey(row.file)}
        selected={null}
        onSelect={(row) => row && navigate("llm", recordKey(row.file))}
      />
    </Section>
  );
}

/** The trace's lock requests. */
export function TraceLocks({ rows }: { rows: readonly LockRow[] }): VNode | null {
  if (rows.length === 0) return null;
  return (
    <Section title="Lock requests" count={rows.length} open={false}>
      <DataTable<LockRow>
        variant="inline"
        name="locks"
        label="Lock requests of this trace"
        defaultSort="requested"
        rows={rows}
        columns={traceLockColumns}
        rowKey={({ request }) => request.lock_entry_id}
        selected={null}
        onSelect={(row) => row && navigate("locks", row.request.lock_entry_id)}
      />
    </Section>
  );
}

/** The trace's state changes. */
export function TraceChanges({ rows }: { rows: readonly ChangeRow[] }): VNode | null {
  if (rows.length === 0) return null;
  return (
    <Section title="State changes" count={rows.length} open={false}>
      <DataTable<ChangeRow>
        variant="inline"
        name="changes"
        label="State changes of this trace"
        defaultSort="time"
        rows={rows}
        columns={traceChangeColumns}
        rowKey={(row) => recordKey(row.file)}
        selected={null}
        onSelect={(row) => row && navigate("changes", recordKey(row.file))}
      />
    </Section>
  );
}

/** The trace's log lines, straight from the log's columns. */
export function TraceLogs({ id }: { id: string }): VNode {
  const words = useSection("dictionaries");
  return (
    <Await of={words}>
      {(value) => <LogLines id={id} words={value} />}
    </Await>
  );
}

function LogLines({ id, words }: { id: string; words: LogDictionaries }): VNode | null {
  const { logs } = useData();
  const trace = useMemo(() => words.traces.indexOf(id), [words, id]);
  const loaded = useLogsLoaded();
  const { missing } = useLogArrival();
  const rows = useMemo(() => {
    const found: number[] = [];
    if (trace > 0) {
      const column = logs.columns.trace;
      for (let row = 0; row < loaded; row++) if (column[row] === trace) found.push(row);
    }
    return found;
  }, [logs, loaded, trace]);
  const columns = useMemo(
    () => logColumns(logs.columns, words.operations, (row) => logRowsOf(logs).get(row)),
    [logs, words],
  );
  const lineKey = (row: number) =>
    `${words.files[logs.columns.file[row] ?? 0] ?? ""}:${logs.columns.line[row]}`;
  if (rows.length === 0 && loaded === logs.rows) return null;
  return (
    <Section
      title="Log lines"
      count={rows.length}
      actions={<a href={href("logs", null, { trace: facetParam([id]) })}>Open in Logs</a>}
    >
      <LogMissing />
      {loaded < logs.rows && !missing && (
        <p class="loading" role="status">The log is still being read…</p>
      )}
      <DataTable<number>
        variant="inline"
        name="logs"
        label="Log lines of this trace"
        rows={{ length: rows.length, at: (index) => rows[index] ?? 0 }}
        columns={columns}
        rowKey={String}
        rowsMax={6}
        selected={null}
        onSelect={(row) => row !== null && navigate("logs", lineKey(row), { trace: id })}
      />
    </Section>
  );
}

function logColumns(
  columns: LogColumns,
  operations: readonly string[],
  record: (row: number) => LogRecord | Error | null,
): Column<number>[] {
  const levelOf = (row: number) => levels[columns.level[row] ?? 1] ?? "INFO";
  return [
    {
      id: "time",
      title: "Time",
      width: 104,
      ...timeCell((row) => columns.time[row]),
    },
    {
      id: "level",
      title: "Level",
      width: 92,
      cell: (row) => levelOf(row),
      look: (row) => levelLook(levelOf(row)),
    },
    {
      id: "operation",
      title: "Operation",
      width: 112,
      wideOnly: true,
      cell: (row) => <Text value={operations[columns.operation[row] ?? 0] ?? ""} bare />,
    },
    {
      id: "message",
      title: "Message",
      minWidth: 200,
      mono: true,
      cell: (row) => <Message record={record(row)} />,
    },
    {
      id: "duration",
      title: "Duration",
      width: 84,
      align: "right",
      wideOnly: true,
      ...durationCell((row) => columns.duration[row]),
    },
  ];
}

function Message({ record }: { record: LogRecord | Error | null }): VNode {
  if (record === null) return <span class="muted">…</span>;
  if (record instanceof Error) {
    return <Text class="tone-error-text" value={record.message} />;
  }
  return (
    <>
      <Text value={record.message || record.event || ""} bare />
      <LockTimes record={record} />
    </>
  );
}

/** Requests of a trace with their blockers, which may be of other traces. */
export function traceLocks(all: readonly LockRequest[], id: string): LockRow[] {
  const byId = new Map(all.map((request) => [request.lock_entry_id, request]));
  return all.filter((request) => request.trace_id === id).map((request) => ({
    request,
    blocker: request.blocked_by === null ? null : byId.get(request.blocked_by) ?? null,
  }));
}
