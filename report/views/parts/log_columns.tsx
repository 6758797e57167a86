/**
 * The columns of the log's table.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanDuration } from "../../../lib/format/human.ts";
import { levels } from "../../../lib/format/mod.ts";
import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import type { LogDictionaries } from "../../../lib/bundle/sections.ts";
import { plainJson, plainLine } from "../../kernels/ansi.ts";
import { foldText } from "../../kernels/fold.ts";
import {
  Badge,
  type Column,
  exactTime,
  levelLook,
  Text,
  timeText,
  TraceLink,
} from "../../components/mod.ts";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import type { LogRows } from "../../state/log_rows.ts";
import { asNumber } from "./value.ts";

/** Text that stands for a record that is on its way. */
const onItsWay = "…";

/** Longest JSON of a row's context that its cell shows, in UTF-16 units. */
const valuesLengthMax = 300;

/** Columns over row numbers; `search` is marked where it occurs. */
export function logColumns(
  columns: LogColumns,
  words: LogDictionaries,
  records: LogRows,
  search: string,
): Column<number>[] {
  const operation = (row: number) => words.operations[columns.operation[row]!] ?? "";
  const trace = (row: number) => words.traces[columns.trace[row]!] || null;
  const event = (row: number) => columns.event[row] ? words.events[columns.event[row]!] ?? "" : "";
  const place = (row: number) => `${words.files[columns.file[row]!] ?? ""}:${columns.line[row]}`;
  return [
    {
      id: "time",
      title: "Time",
      width: 104,
      sortable: true,
      mono: true,
      cell: (row) => known(columns.time[row]!) ? timeText(columns.time[row]!) : "–",
      hint: (row) => known(columns.time[row]!) ? exactTime(columns.time[row]!) : "No time recorded",
      text: (row) => timeTextOf(columns.time[row]!),
    },
    {
      id: "level",
      title: "Level",
      width: 88,
      sortable: true,
      cell: (row) => levels[columns.level[row]!] ?? "INFO",
      look: (row) => levelLook(levels[columns.level[row]!] ?? "INFO"),
      text: (row) => levels[columns.level[row]!] ?? "INFO",
    },
    {
      id: "operation",
      title: "Operation",
      width: 120,
      sortable: true,
      wideOnly: true,
      cell: (row) => <Text value={operation(row)} bare />,
      text: operation,
    },
    {
      id: "message",
      title: "Message",
      minWidth: 220,
      sortable: true,
      mono: true,
      cell: (row) => <Message row={row} records={records} search={search} />,
      text: (row) => plainLine(records.peek(row)?.message ?? onItsWay),
    },
    {
      id: "trace",
      title: "Trace",
      width: 84,
      sortable: true,
      wideOnly: true,
      cell: (row) => trace(row) ? <TraceLink id={trace(row)} /> : null,
      text: (row) => trace(row) ?? "",
    },
    {
      id: "duration",
      title: "Duration",
      width: 84,
      align: "right",
      sortable: true,
      cell: (row) => known(columns.duration[row]!) ? humanDuration(columns.duration[row]!) : null,
      hint: (row) => known(columns.duration[row]!) ? `${columns.duration[row]} ms` : undefined,
      text: (row) => known(columns.duration[row]!) ? `${columns.duration[row]} ms` : "",
    },
    {
      id: "event",
      title: "Event",
      width: 128,
      sortable: true,
      hidden: true,
      cell: (row) => <Text value={event(row)} bare />,
      text: event,
    },
    {
      id: "line",
      title: "File and line",
      width: 184,
      sortable: true,
      hidden: true,
      mono: true,
      cell: (row) => <Text value={place(row)} bare />,
      text: place,
    },
  ];
}

function Message(
  { row, records, search }: { row: number; records: LogRows; search: string },
): VNode {
  const record = records.get(row);
  if (record === null) return <span class="muted on-its-way">{onItsWay}</span>;
  if (record instanceof Error) return <span class="tone-error">{record.message}</span>;
  const message = plainLine(record.message);
  const values = Object.keys(record.context).length > 0
    ? plainJson(JSON.stringify(record.context))
    : "";
  const cuts = snippets(message, values, search);
  return (
    <>
      {message ? <Text value={message} mark={search} {...cuts.message} bare /> : (
        record.event && (
          <Badge>
            <Text value={record.event} bare />
          </Badge>
        )
      )}
      <LockTimes record={record} />
      {values && (
        <span class="log-values">
          <Text value={values} max={valuesLengthMax} mark={search} {...cuts.values} bare />
        </span>
      )}
    </>
  );
}

/** How much of a text is shown, as properties of `Text`. */
export interface Snippet {
  from?: number;
  max?: number;
}

/** UTF-16 units before a hit that stay in sight. */
const leadLength = 12;

/** A hit that begins before this UTF-16 unit of its cell is in sight as it is. */
const inSightLength = 40;

/** What to show of message and context so that the first hit is in sight. */
export function snippets(
  message: string,
  values: string,
  search: string,
): { message: Snippet; values: Snippet } {
  if (!search) return { message: {}, values: {} };
  const wanted = foldText(search);
  const inMessage = foldText(message).indexOf(wanted);
  if (inMessage >= 0) return { message: around(inMessage, inSightLength), values: {} };
  const inValues = foldText(values).indexOf(wanted);
  if (inValues < 0) return { message: {}, values: {} };
  return {
    message: message.length > inSightLength ? { max: inSightLength - leadLength } : {},
    values: around(inValues, leadLength * 2),
  };
}

function around(hit: number, inSight: number): Snippet {
  return hit <= inSight ? {} : { from: hit - leadLength };
}

/** How long a lock was waited for and held, behind the message of its event. */
export function LockTimes({ record }: { record: LogRecord }): VNode | null {
  if (record.duration_ms !== null) return null;
  return (
    <>
      {lockTimes(record).map((words) => <span key={words} class="log-values">{words}</span>)}
    </>
  );
}

/** How long a lock was waited for and held, as its events say: `waited 2.9 ms`. */
export function lockTimes({ event, extra }: LogRecord): string[] {
  if (!event?.startsWith("lock_")) return [];
  const wait_ms = asNumber(extra["wait_ms"]);
  const hold_ms = asNumber(extra["hold_ms"]);
  return [
    ...(wait_ms === null ? [] : [`waited ${humanDuration(wait_ms)}`]),
    ...(hold_ms === null ? [] : [`held ${humanDuration(hold_ms)}`]),
  ];
}

function timeTextOf(time: number): string {
  return known(time) ? timeText(time, "full") : "";
}

function known(value: number): boolean {
  return !Number.isNaN(value);
}
