/**
 * One log line in full.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LogDictionaries } from "../../../lib/bundle/sections.ts";
import { levels } from "../../../lib/format/mod.ts";
import type { LogRecord } from "../../../lib/read/log_record.ts";
import {
  Await,
  Badge,
  CopyMenu,
  Drawer,
  Duration,
  facetParam,
  JsonTree,
  KeyValue,
  LevelMark,
  RichText,
  Section,
  Text,
  Time,
  TraceLink,
} from "../../components/mod.ts";
import { useData, useLoaded } from "../../data/context.ts";
import { href, route } from "../../state/route.ts";
import { lineAsCommand, lineAsMarkdown } from "./log_copy.ts";
import { asNumber } from "./value.ts";

/** The drawer of the log's view. */
export function LogDrawer(
  { row, words, search }: { row: number; words: LogDictionaries; search: string },
): VNode {
  const { logs } = useData();
  const { columns } = logs;
  const loaded = useLoaded(`log:${row}`, async () => (await logs.records([row]))[0]!);
  const record = async () => (await logs.records([row]))[0]!;
  // The columns are there at once, so that nothing moves when the text comes.
  const operation = words.operations[columns.operation[row]!];
  const event = columns.event[row] ? words.events[columns.event[row]!] : "";
  return (
    <Drawer
      label="Log line"
      title={operation ? <Text value={operation} /> : "Log line"}
      subtitle={
        <>
          <LevelMark level={levels[columns.level[row]!] ?? "INFO"} />
          <Time value={columns.time[row]} mode="full" />
          {event && (
            <Badge>
              <Text value={event} />
            </Badge>
          )}
        </>
      }
      actions={
        <CopyMenu
          label="Copy the line"
          forms={[
            ["Copy as JSON", async () => JSON.stringify(await record(), null, 2)],
            ["Copy as Markdown", async () => lineAsMarkdown(await record())],
            ["Copy jq command", async () => lineAsCommand(await record())],
          ]}
        >
          <p class="muted menu-note">The command runs in the session’s folder.</p>
        </CopyMenu>
      }
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
        <div class="log-message mono" role="group" aria-label="Message" tabIndex={0}>
          {record.message
            ? <RichText value={record.message} mark={search} />
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
                <a
                  href={href("logs", route.value.key, {
                    ...params,
                    trace: facetParam([record.trace_id]),
                  })}
                >
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
            <Text class="mono" value={`${record.file}:${record.line}`} />,
          ],
        ]}
      />
      {hasContext && (
        <Section title="Context">
          <JsonTree value={record.context} label="Context" depth={3} />
        </Section>
      )}
      {hasExtra && (
        <Section title="Further values">
          <JsonTree value={record.extra} label="Further values" depth={3} />
        </Section>
      )}
      <Section title="Whole line" open={false}>
        <JsonTree value={record} label="Whole line" plain />
      </Section>
    </>
  );
}
