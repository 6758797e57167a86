/**
 * One log line in full.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import {
  Await,
  Badge,
  CopyButton,
  Drawer,
  Duration,
  JsonTree,
  KeyValue,
  LevelMark,
  LongText,
  Section,
  Text,
  Time,
  TraceLink,
} from "../../components/mod.ts";
import { useData, useLoaded } from "../../data/context.ts";
import { facetParam } from "../../components/facets.tsx";
import { href, route } from "../../state/route.ts";
import { asNumber } from "./value.ts";

/** The drawer of the log's view. */
export function LogDrawer({ row, search }: { row: number; search: string }): VNode {
  const { logs } = useData();
  const loaded = useLoaded(`log:${row}`, async () => (await logs.records([row]))[0]!);
  const record = loaded.value;
  return (
    <Drawer
      label="Log line"
      title={record ? <Text value={record.operation || "Log line"} /> : "Log line"}
      subtitle={record && (
        <>
          <LevelMark level={record.level} />
          <Time value={record.time} mode="full" />
          {record.event && <Badge>{<Text value={record.event} />}</Badge>}
        </>
      )}
      actions={record && (
        <CopyButton
          label="Copy as JSON"
          text={() => JSON.stringify(record, null, 2)}
        />
      )}
    >
      <Await of={loaded}>{(value) => <Details record={value} search={search} />}</Await>
    </Drawer>
  );
}

function Details({ record, search }: { record: LogRecord; search: string }): VNode {
  const { params } = route.value;
  const hasContext = Object.keys(record.context).length > 0;
  const ofLock = record.event?.startsWith("lock_") ? record.extra : {};
  const wait_ms = asNumber(ofLock["wait_ms"]);
  const hold_ms = asNumber(ofLock["hold_ms"]);
  const hasExtra = Object.keys(record.extra).length > 0;
  return (
    <>
      <Section title="Message">
        <div class="log-message mono">
          {record.message
            ? search && record.message.length <= 4000
              ? <Text value={record.message} block mark={search} />
              : <LongText value={record.message} />
            : <span class="muted">This line has no message.</span>}
        </div>
      </Section>
      <KeyValue
        items={[
          [
            "Trace",
            record.trace_id && (
              <span class="fact-links">
                <TraceLink id={record.trace_id} full />
                <a href={href("logs", route.value.key, { ...params, trace: record.trace_id })}>
                  only this trace
                </a>
              </span>
            ),
          ],
          [
            "Operation",
            record.operation && (
              <span class="fact-links">
                <Text value={record.operation} />
                <a
                  href={href("logs", route.value.key, {
                    ...params,
                    operation: facetParam([record.operation]),
                  })}
                >
                  only this operation
                </a>
              </span>
            ),
          ],
          ["Duration", record.duration_ms !== null && <Duration ms={record.duration_ms} />],
          ["Waited for the lock", wait_ms !== null && <Duration ms={wait_ms} />],
          ["Held the lock", hold_ms !== null && <Duration ms={hold_ms} />],
          ["Age", record.time !== null && <Time value={record.time} mode="relative" />],
          [
            "Written in",
            <span class="mono">
              <Text value={`${record.file}:${record.line}`} />
            </span>,
          ],
        ]}
      />
      {hasContext && (
        <Section title="Context">
          <JsonTree value={record.context} label="Context" depth={2} />
        </Section>
      )}
      {hasExtra && (
        <Section title="Further values">
          <JsonTree value={record.extra} label="Further values" depth={2} />
        </Section>
      )}
    </>
  );
}
