/**
 * A lock request in the drawer: its life, whom it waited for, who waited for it.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import { humanDuration } from "../../../lib/format/human.ts";
import { sessionLayout } from "../../../lib/format/mod.ts";
import {
  CopyButton,
  Drawer,
  Duration,
  JsonTree,
  KeyValue,
  Section,
  Status,
  Text,
  Time,
  TraceLink,
  usePortion,
} from "../../components/mod.ts";
import { href, hrefKey } from "../../state/route.ts";
import { whoAsked } from "./lock_lanes.ts";
import { type LockRow, lockTones } from "../locks.tsx";

const explanations: Record<string, string> = {
  held: "No release was recorded: the process was killed, or still ran when the session was read.",
  waiting: "Neither a grant nor a timeout was recorded: the process was killed, or still waits.",
  timeout: "The request gave up before the lock was free.",
  broken: "Another request found the holder dead and took the lock from it.",
};

/** The drawer of one lock request. */
export function LockDrawer({ row, rows }: { row: LockRow; rows: readonly LockRow[] }): VNode {
  const { request, blocker } = row;
  const { agent, operation, outcome, requested, acquired, released } = request;
  const waiters = rows.filter((other) => other.request.blocked_by === request.lock_entry_id);
  return (
    <Drawer
      label="Lock request"
      title={
        <>
          Lock for <Text value={operation || "an operation"} max={80} />
        </>
      }
      subtitle={
        <>
          <Status word={outcome} tone={lockTones[outcome] ?? "neutral"} />
          {agent && (
            <span>
              by <Text value={agent} max={60} bare />
            </span>
          )}
        </>
      }
      actions={<CopyButton label="Copy as JSON" text={() => JSON.stringify(request, null, 2)} />}
    >
      {explanations[outcome] && <p class="note">{explanations[outcome]}</p>}
      <KeyValue
        items={[
          ["Requested", <Time value={requested} mode="full" />],
          ["Waited", <Duration ms={request.wait_ms} />],
          ["Acquired", acquired === null ? null : <Time value={acquired} mode="full" />],
          ["Held", acquired === null ? null : <Duration ms={request.hold_ms} />],
          ["Released", released === null ? null : <Time value={released} mode="full" />],
          [
            "Holder, as logged",
            request.holder && <Text class="mono" value={request.holder} />,
          ],
          ["Trace", request.trace_id ? <TraceLink id={request.trace_id} full /> : null],
          [
            "Entry ID",
            <Text class="mono" value={request.lock_entry_id} />,
          ],
          [
            "First event",
            (
              <a class="mono" href={href("logs", `${sessionLayout.log}:${request.line}`)}>
                {sessionLayout.log}:{request.line}
              </a>
            ),
          ],
        ]}
      />
      {blocker && <Requests title="Waited for" requests={[blocker]} />}
      {waiters.length > 0 && (
        <Requests
          title="Waited for this one"
          requests={waiters.map((other) => other.request)}
        />
      )}
      <Section title="Whole record" open={false}>
        <JsonTree value={request} label="Lock request" />
      </Section>
    </Drawer>
  );
}

function exactly({ wait_ms, hold_ms }: LockRequest): string {
  return `waited ${wait_ms ?? "–"} ms, held ${hold_ms ?? "–"} ms`;
}

/** Requests of a list shown at first. */
const requestsMax = 12;

function Requests({ title, requests }: { title: string; requests: LockRequest[] }): VNode {
  const { shown, more } = usePortion(requests.length, requestsMax, "requests", 8);
  return (
    <Section title={title} count={requests.length}>
      <ul class="related-tasks">
        {requests.slice(0, shown).map((request) => (
          <li key={request.lock_entry_id}>
            <Status word={request.outcome} tone={lockTones[request.outcome] ?? "neutral"} />
            <a href={hrefKey(request.lock_entry_id)}>
              <Text value={whoAsked(request)} max={40} /> for{" "}
              <Text value={request.operation} max={40} />
            </a>
            <span class="muted" title={exactly(request)}>
              waited {humanDuration(request.wait_ms)}, held {humanDuration(request.hold_ms)}
            </span>
          </li>
        ))}
      </ul>
      {more}
    </Section>
  );
}
