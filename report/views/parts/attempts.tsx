/**
 * The tries of a model call, and how its answer streamed in.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LlmRow } from "../../../lib/bundle/sections.ts";
import { Count, Duration, Section, Status, Text, Time, usePortion } from "../../components/mod.ts";
import { type Axis, axisOf, place } from "./axis.ts";
import { asList, asNumber, asRecord, asText, asTime, hasContent } from "./value.ts";

interface Attempt {
  number: number;
  start: number | null;
  duration_ms: number | null;
  status: number | null;
  error: Record<string, unknown> | null;
  delay_ms: number | null;
}

function attemptOf(value: unknown, index: number): Attempt {
  const attempt = asRecord(value);
  return {
    number: asNumber(attempt["attempt"]) ?? index + 1,
    start: asTime(attempt["started_at"]),
    duration_ms: asNumber(attempt["duration_ms"]),
    status: asNumber(attempt["status"]),
    error: hasContent(attempt["error"]) ? asRecord(attempt["error"]) : null,
    delay_ms: asNumber(attempt["retry_delay_ms"]),
  };
}

/** Attempts shown at first. */
const attemptsMax = 10;

/** The attempts as a table with bars on the call's own time axis, and the stream's timing. */
export function Attempts({ row, call }: { row: LlmRow; call: Record<string, unknown> }): VNode {
  const attempts = asList(call["attempts"]).map(attemptOf);
  const stream = asRecord(call["stream"]);
  const { shown, more } = usePortion(attempts.length, attemptsMax, "attempts", 14);
  const ends = attempts.map((a) =>
    a.start === null ? null : a.start + (a.duration_ms ?? 0) + (a.delay_ms ?? 0)
  );
  const end = row.time === null ? null : row.time + (row.duration_ms ?? 0);
  const axis = axisOf([row.time, end, ...attempts.map((attempt) => attempt.start), ...ends]);
  return (
    <>
      {hasContent(stream) && <Stream row={row} stream={stream} />}
      {attempts.length > 0 && (
        <Section
          title="Attempts"
          count={attempts.length}
          {...(attempts.length === 1 && !attempts[0]!.error ? { open: false } : {})}
        >
          <table class="mini-table">
            <thead>
              <tr>
                <th scope="col">#</th>
                <th scope="col">Sent</th>
                <th scope="col">Outcome</th>
                <th scope="col" class="align-right">Took</th>
                <th scope="col" class="align-right">Waited</th>
                <th scope="col" class="mini-bar-head">When</th>
              </tr>
            </thead>
            <tbody>
              {attempts.slice(0, shown).map((attempt) => (
                <AttemptRow attempt={attempt} axis={axis} row={row} />
              ))}
            </tbody>
          </table>
          {more}
        </Section>
      )}
    </>
  );
}

function AttemptRow(
  { attempt, axis, row }: { attempt: Attempt; axis: Axis | null; row: LlmRow },
): VNode {
  const { error, start, duration_ms, delay_ms } = attempt;
  const failed = error !== null;
  const word = failed ? asText(error["type"]) || "error" : row.duration_ms === null ? "open" : "ok";
  const left = axis && start !== null ? place(axis, start) : 0;
  const middle = axis && start !== null ? place(axis, start + (duration_ms ?? 0)) : 0;
  const right = axis && start !== null
    ? place(axis, start + (duration_ms ?? 0) + (delay_ms ?? 0))
    : 0;
  return (
    <>
      <tr>
        <td>{attempt.number}</td>
        <td>
          <Time value={start} mode="offset" from={row.time} />
        </td>
        <td>
          <Status
            word={attempt.status === null ? word : `${attempt.status} ${word}`}
            tone={failed ? "error" : "ok"}
          />
        </td>
        <td class="align-right">
          <Duration ms={duration_ms} />
        </td>
        <td class="align-right">
          <Duration ms={delay_ms} />
        </td>
        <td class="mini-bar" aria-hidden="true">
          <svg width="100%" height="12">
            <rect
              class={failed ? "bar-error" : "bar-ok"}
              x={`${left * 100}%`}
              y="2"
              height="8"
              width={`${Math.max(1, (middle - left) * 100)}%`}
            />
            {right > middle && (
              <rect
                class="bar-wait"
                x={`${middle * 100}%`}
                y="5"
                height="2"
                width={`${(right - middle) * 100}%`}
              />
            )}
          </svg>
        </td>
      </tr>
      {failed && asText(error["message"]) && (
        <tr class="mini-note">
          <td />
          <td colSpan={5}>
            <Text value={asText(error["message"])} max={400} />
          </td>
        </tr>
      )}
    </>
  );
}

/** One bar: waiting for the first chunk, then receiving. */
function Stream({ row, stream }: { row: LlmRow; stream: Record<string, unknown> }): VNode {
  const first = asNumber(stream["time_to_first_chunk_ms"]);
  const chunks = asNumber(stream["chunks"]);
  const total = row.duration_ms;
  const receiving = first !== null && total !== null ? total - first : null;
  const share = first !== null && total ? Math.max(0, Math.min(1, first / total)) : 0;
  const rate = receiving && row.output_tokens ? row.output_tokens / (receiving / 1000) : null;
  return (
    <Section
      title="Streaming"
      actions={stream["aborted"] === true && total !== null
        ? <Status word="aborted" tone="warning" />
        : undefined}
    >
      {total !== null && first !== null && (
        <svg class="stream-bar" width="100%" height="12" aria-hidden="true">
          <rect class="bar-wait" x="0" y="5" height="2" width={`${share * 100}%`} />
          <rect
            class="bar-ok"
            x={`${share * 100}%`}
            y="2"
            height="8"
            width={`${(1 - share) * 100}%`}
          />
        </svg>
      )}
      <p class="stream-facts">
        <span>
          first chunk after <Duration ms={first} />
        </span>
        {receiving !== null && (
          <span>
            then receiving for <Duration ms={receiving} />
          </span>
        )}
        <span>
          <Count value={chunks} /> chunks
        </span>
        {rate !== null && <span>{rate.toFixed(1)} tokens/s</span>}
      </p>
    </Section>
  );
}
