/**
 * The record of a span, as JSON.
 *
 * @module
 */

import { millisecondsText } from "./duration_text.ts";
import { cleanObject, objectText } from "./recorder.ts";
import type { RunningSpan, SpanEnding } from "./running_span.ts";
import { variableLimits } from "./serialise.ts";

/** The record of a span that still runs. */
export function runningText(span: RunningSpan): string {
  return `${span.label.recordHead}null,"metadata":${metadataText(span)}${placeText(span)},` +
    `"end_time":null,"status":"running","error":null${notesText(span)}}`;
}

/** The record of a span that ended. */
export function endedText(span: RunningSpan, ending: SpanEnding): string {
  const { duration, end, error, metadata } = ending;
  return `${span.label.recordHead}${millisecondsText(duration)},"metadata":${metadata}` +
    `${placeText(span)},"end_time":"${span.recorder.times.of(end)}","status":` +
    (error === null ? '"success","error":null' : `"error","error":${JSON.stringify(error)}`) +
    `${notesText(span)}}`;
}

function placeText(span: RunningSpan): string {
  const parent = span.parent ? `"${span.parent.id}"` : "null";
  const start = span.recorder.times.of(span.startedAt);
  return `,"span_id":"${span.id}","parent":${parent},"start_time":"${start}"`;
}

/** What few spans have. */
function notesText(span: RunningSpan): string {
  const { events, variables, recorder } = span;
  return (events.length === 0 ? "" : `,"events":${JSON.stringify(events)}`) +
    (Object.keys(variables).length === 0
      ? ""
      : `,"variables":${objectText(recorder, variables, variableLimits)}`);
}

/** A span's values as JSON, with the count of events that were left out. */
export function metadataText(span: RunningSpan): string {
  const { recorder, metadata, eventsLeftOut } = span;
  try {
    return eventsLeftOut === 0 ? objectText(recorder, metadata) : JSON.stringify({
      ...cleanObject(recorder, metadata),
      events_left_out: eventsLeftOut,
    });
  } catch (error) {
    recorder.failures.lost("Cannot write a span's values", error);
    return "{}";
  }
}
