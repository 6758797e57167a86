/**
 * Which records are wanted.
 *
 * @module
 */

import { type EpochMs, type Level, levels } from "../format/mod.ts";
import type { LogRow } from "../read/log_row.ts";

/**
 * Which records are wanted: those that fit everything that is given. A kind that lacks what is asked
 * for (only logs have a level, say) is not limited by it.
 */
export interface RecordFilter {
  /** Only what happened at or after this moment. What lasted counts until its end. */
  since?: EpochMs | undefined;
  /** Only what happened, or began, before or at this moment. What has no time is never left out. */
  until?: EpochMs | undefined;
  /** Only lines of a log that are at least as severe. */
  level?: Level | undefined;
  /** Only records of this trace: its whole id. */
  trace?: string | undefined;
  /** Only records of this operation, exactly. For measurements, of the metric of this name. */
  operation?: string | undefined;
  /** Only lines of a log that are this event. */
  event?: string | undefined;
  /**
   * Only records that contain this text, without regard to case: a log line in its message or its
   * context as compact JSON, others anywhere in their compact JSON. (Of a context's key that stands
   * twice in a line that is else as planloop writes it, both are looked at.)
   */
  text?: string | undefined;
}

/** A question to a session. */
export interface RecordQuery extends RecordFilter {
  /** Only the last so many of the records that fit; 0 or more. */
  tail?: number | undefined;
  /** The present, for what is not over. Default: the machine's. */
  now?: EpochMs | undefined;
  /** Stops the reading; what was asked for then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** What a filter looks at in a record that is no line of a log. */
export interface FilteredRecord {
  /** When it happened or began; null where unknown. */
  start: EpochMs | null;
  /** When it was over; null where unknown, or where it never ended: then it counts as lasting. */
  end: EpochMs | null;
  /** Absent for a kind without traces. */
  trace_id?: string | null | undefined;
  /** Absent for a kind without operations. */
  operation?: string | undefined;
}

/**
 * The filter as a test of records that are no lines of a log.
 *
 * @returns A function of what is looked at, and of the way to the record's JSON, which is only taken
 * where a text is searched for.
 */
export function recordFits(
  filter: RecordFilter,
): (record: FilteredRecord, json: () => unknown) => boolean {
  const { trace, operation } = filter;
  const text = filter.text?.toLowerCase();
  return (record, json) =>
    overlaps(filter, record.start, record.end) &&
    (trace === undefined || !("trace_id" in record) || record.trace_id === trace) &&
    (operation === undefined || !("operation" in record) || record.operation === operation) &&
    (text === undefined || JSON.stringify(json()).toLowerCase().includes(text));
}

/** The filter as a test of lines of a log; undefined where every line fits. */
export function logRowFits(filter: RecordFilter): ((row: LogRow) => boolean) | undefined {
  const { since, until, level, trace, operation, event } = filter;
  const hasText = textOf(filter.text);
  const wanted = [since, until, level, trace, operation, event, hasText];
  if (wanted.every((limit) => limit === undefined)) return undefined;
  const levelMin = level === undefined ? 0 : levels.indexOf(level);
  return (row) =>
    (trace === undefined || row.trace_id === trace) &&
    (levelMin === 0 || levels.indexOf(row.level) >= levelMin) &&
    (operation === undefined || row.operation === operation) &&
    (event === undefined || row.event === event) &&
    overlaps(filter, row.time, row.time) &&
    (hasText === undefined || hasText(row));
}

/** Whether something that lasted belongs to the window; an end that is unknown is open. */
function overlaps(
  { since, until }: RecordFilter,
  start: EpochMs | null,
  end: EpochMs | null,
): boolean {
  return (since === undefined || end === null || end >= since) &&
    (until === undefined || start === null || start <= until);
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Searches a line's message and context. */
function textOf(text: string | undefined): ((row: LogRow) => boolean) | undefined {
  if (text === undefined || text === "") return undefined;
  const wanted = text.toLowerCase();
  return (row) => {
    if (row.text === null) {
      const { message, context } = row.record();
      return message.toLowerCase().includes(wanted) ||
        JSON.stringify(context).toLowerCase().includes(wanted);
    }
    // The context stands there as it would be written again; the message but for its escapes.
    const { bytes, messageStart, messageEnd, contextStart, contextEnd } = row.text;
    const context = decoder.decode(bytes.subarray(contextStart, contextEnd));
    if (context.toLowerCase().includes(wanted)) return true;
    const quoted = decoder.decode(bytes.subarray(messageStart, messageEnd));
    const message = quoted.includes("\\") ? JSON.parse(`"${quoted}"`) as string : quoted;
    return message.toLowerCase().includes(wanted);
  };
}
