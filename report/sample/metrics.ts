/**
 * The sample's measurements and its data problems.
 *
 * @module
 */

import type { MetricSection } from "../../lib/bundle/sections.ts";
import type { Problem } from "../../lib/format/mod.ts";
import { at, randomNumbers } from "./clock.ts";
import { closers, controls } from "./hostile.ts";

/** The metrics section of the sample. */
export function sampleMetrics(): MetricSection {
  const random = randomNumbers(5);
  const names = [
    "command.duration",
    "llm.latency",
    "memory.rss_mb",
    "memory.heap_used_mb",
    "event_loop.delay_ms",
    "queue.depth",
  ];
  const tags = [{ command: "update" }, { command: "status" }, { model: "claude-sonnet-4-5" }, {}];
  const rows: MetricSection["rows"] = [];
  for (let index = 0; index < 120; index++) {
    const time = at(2_000 + index * 4_260);
    rows.push([time, 2, 96 + index * 0.42 + random() * 6, 3]);
    rows.push([time, 3, 38 + (index % 24) * 1.4 + random() * 2, 3]);
    rows.push([time, 4, index === 71 ? 412.6 : 0.8 + random() * 3, 3]);
    if (index % 3 === 0) rows.push([time, 0, 420 + random() * 900, 0]);
    if (index % 4 === 0) rows.push([time, 0, 18 + random() * 60, 1]);
    if (index % 10 === 0) rows.push([time, 1, 2_000 + random() * 16_000, 2]);
  }
  rows.push([null, 5, 3, 3]);
  return { names, tags, rows };
}

/** The problems of the sample: one of each kind. */
export function sampleProblems(): Problem[] {
  return [
    {
      file: "deadlock.json",
      kind: "torn",
      lost: false,
      byte_start: 112,
      byte_end: 131,
      reason:
        'Read "deadlock.json": the object ends inside "queue_stall_counter"; expected a closing brace. The keys before it are shown.',
      preview: '"queue_stall_coun',
    },
    {
      file: "logs/planloop.jsonl",
      line: 412,
      kind: "torn",
      lost: true,
      byte_start: 98_304,
      byte_end: 98_511,
      reason:
        "Line 412 holds two records glued together: the first was cut off by a writer that died, the second is shown.",
      preview:
        '{"timestamp":"2025-11-18T08:17:01.204Z","level":"INFO","mess{"timestamp":"2025-11-18T08:17:01.377Z"',
    },
    {
      file: "logs/planloop.jsonl",
      line: 833,
      kind: "not_json",
      lost: true,
      byte_start: 201_200,
      byte_end: 201_260,
      reason: "Line 833 is not JSON: expected an object, found the text of a shell.",
      preview: `npm ERR! ${closers}`,
    },
    {
      file: "logs/planloop.jsonl",
      line: 834,
      kind: "not_utf8",
      lost: false,
      byte_start: 201_261,
      byte_end: 201_299,
      reason: "Line 834 holds 3 bytes that are not UTF-8; they are shown as \uFFFD.",
      preview: controls,
    },
    {
      file: "logs/planloop.jsonl",
      line: 1_204,
      kind: "too_long",
      lost: true,
      byte_start: 300_000,
      byte_end: 67_408_864,
      reason:
        "Line 1204 is 67108864 bytes long; lines up to 67108863 bytes are read. It was skipped.",
    },
    {
      file: "logs/performance.jsonl",
      kind: "wrong_shape",
      lost: true,
      count: 14,
      reason: 'Read 14 metrics whose "value" is text; expected a number. They are left out.',
      preview: '{"metric":"queue.depth","value":"n/a"}',
    },
    {
      file: "logs/traces/tr_20251118081605_7e57ed.json",
      kind: "unreadable",
      lost: true,
      reason:
        "Cannot read the file: permission denied. Give yourself read access and write the report again.",
    },
    {
      file: "logs/errors/",
      kind: "unsafe",
      lost: false,
      reason:
        'An error report names the trace "../../evil"; ids with ".." never become a path. It is shown under that name only.',
      preview: "../../evil",
    },
    {
      file: "state.json",
      kind: "inconsistent",
      lost: false,
      reason:
        '"now" says ci_blocker "ci-812", the tasks say task 4; the file\'s own words are shown.',
    },
    {
      file: "logs/planloop.log",
      kind: "assumed",
      lost: false,
      count: 38,
      reason: "The times have no zone and nothing in the session tells it; they are taken as UTC.",
    },
    {
      file: "feedback.json",
      kind: "missing",
      lost: false,
      reason: 'The index names "feedback.json", which does not exist.',
    },
  ];
}
