/** What a limited report shows and what it says it leaves out are together all there is. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type RecordCounts,
  type ReportScope,
  ScopedSource,
  type Selection,
  SizeSurvey,
  TraceSurvey,
  wholeScope,
  writeBundle,
} from "../../lib/bundle/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { lockEvents } from "../../lib/format/mod.ts";
import {
  at,
  errorReport,
  llmCall,
  lockEvent,
  logRecord,
  stateDiff,
  t0,
  trace,
} from "../analyse/records.ts";
import { listSource, type SourceLists } from "./list_source.ts";

const options = {
  deflate: systemRuntime().deflateRaw,
  planloopVersion: "0.0.0",
  inputs: () => Promise.resolve([]),
};

const kinds = [
  "logs",
  "traces",
  "llm_calls",
  "errors",
  "lock_requests",
  "changes",
  "metrics",
] as const;

function pick(counts: RecordCounts): RecordCounts {
  return Object.fromEntries(kinds.map((kind) => [kind, counts[kind]])) as unknown as RecordCounts;
}

async function countsOf(lists: SourceLists): Promise<RecordCounts> {
  const { header } = await writeBundle(listSource(lists), () => {}, options);
  return pick(header.counts);
}

/** What a report within a scope counts as shown and as left out, as the command line makes it. */
async function account(lists: SourceLists, scope: ReportScope, share: number | null) {
  const survey = await TraceSurvey.of(listSource(lists));
  const traces = scope.trace !== null
    ? survey.family(scope.trace)
    : scope.only !== null
    ? survey.wentWrong()
    : null;
  let selection: Selection | null = null;
  if (share !== null) {
    const sizes = await SizeSurvey.of(new ScopedSource(listSource(lists), scope, traces));
    selection = sizes.choose(share * sizes.bytes);
  }
  const source = new ScopedSource(listSource(lists), scope, traces, selection);
  const { header } = await writeBundle(source, () => {}, {
    ...options,
    scope: () => source.account(),
  });
  return { shown: pick(header.counts), leftOut: header.scope!.left_out, found: source.found };
}

const ms = fc.integer({ min: 0, max: 100 });
const id = fc.constantFrom("a", "b", "c", "d");
const maybeId = fc.option(id);
const level = fc.constantFrom("INFO", "WARNING", "ERROR") as fc.Arbitrary<"INFO">;
const many = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 8 });

const line = fc.record({ ms, trace_id: maybeId, level }).map(({ ms, ...more }) =>
  logRecord({ time: t0 + ms, ...more })
);
const lock = fc.record({
  event: fc.constantFrom(...lockEvents),
  id: fc.constantFrom("l1", "l2", "l3", ""),
  ms,
  trace_id: maybeId,
  level,
  line: fc.integer({ min: 1, max: 9 }),
}).map(({ event, id, ms, ...more }) => lockEvent(event, id, ms, {}, more));

const session: fc.Arbitrary<SourceLists> = fc.record({
  log: fc.array(fc.oneof(line, lock), { maxLength: 20 }),
  traces: many(
    fc.record({
      trace_id: id,
      from: ms,
      status: fc.constantFrom("success", "error", "running") as fc.Arbitrary<"success">,
      parent_trace_id: fc.option(id, { nil: undefined }),
    }).map(({ from, trace_id, status, parent_trace_id }) =>
      trace([], {
        trace_id,
        status,
        started_at: at(from),
        completed_at: at(from + 10),
        ...(parent_trace_id !== undefined && { parent_trace_id }),
      })
    ),
  ),
  calls: many(
    fc.record({ trace_id: id, ms, running: fc.boolean() }).map(({ ms, running, ...more }) =>
      llmCall({ ...more, timestamp: at(ms), ...(running && { status: "running" }) })
    ),
  ),
  errors: many(
    fc.record({ trace_id: id, ms }).map(({ ms, trace_id }) =>
      errorReport({ trace_id, timestamp: at(ms) })
    ),
  ),
  diffs: many(
    fc.record({ trace_id: id, ms }).map(({ ms, trace_id }) =>
      stateDiff({ trace_id, timestamp: at(ms) })
    ),
  ),
  metrics: many(
    fc.record({ ms, trace_id: fc.option(id, { nil: undefined }) }).map(({ ms, trace_id }) => ({
      timestamp: at(ms),
      metric: "m",
      value: 1,
      tags: {},
      ...(trace_id !== undefined && { trace_id }),
    })),
  ),
});

const scopes = fc.record({
  trace: fc.option(id, { freq: 2 }),
  since: fc.option(ms),
  until: fc.option(ms),
  only: fc.option(fc.constant("errors" as const)),
}).map(({ since, until, ...more }): ReportScope => ({
  ...wholeScope,
  ...more,
  since: since === null ? null : t0 + since,
  until: until === null ? null : t0 + until,
}));

describe("ScopedSource.account", () => {
  test("shown and left out are, of every kind, all there is", async () => {
    await fc.assert(
      fc.asyncProperty(
        session,
        scopes,
        fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        async (lists, scope, share) => {
          const { shown, leftOut } = await account(lists, scope, share);
          const sum = Object.fromEntries(kinds.map((kind) => [kind, shown[kind] + leftOut[kind]]));
          expect(sum).toEqual(await countsOf(lists));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("a trace that only log lines know, and a lock request, are counted as left out", async () => {
    const lists: SourceLists = {
      log: [
        logRecord({ trace_id: "a" }),
        logRecord({ trace_id: "b" }),
        lockEvent("lock_requested", "l1", 5, {}, { trace_id: "b" }),
      ],
    };
    const { leftOut } = await account(lists, { ...wholeScope, trace: "a" }, null);
    expect(leftOut).toMatchObject({ logs: 2, traces: 1, lock_requests: 1 });
  });

  test("a lock request that ends outside of the window is as it was, not held for ever", async () => {
    const lists: SourceLists = {
      log: [
        lockEvent("lock_requested", "l1", 0),
        lockEvent("lock_acquired", "l1", 10),
        lockEvent("lock_released", "l1", 90),
        lockEvent("lock_requested", "l2", 95),
      ],
    };
    const source = new ScopedSource(
      listSource(lists),
      { ...wholeScope, since: t0 + 5, until: t0 + 50 },
      null,
    );
    const { header } = await writeBundle(source, () => {}, options);
    expect(header.counts.lock_requests).toBe(1);
    expect(source.lockRequests()).toMatchObject([
      { lock_entry_id: "l1", outcome: "released", requested: t0, wait_ms: 10, hold_ms: 80 },
    ]);
    expect(header.findings.map(({ kind }) => kind)).not.toContain("lock_never_released");
  });

  test("found: whether anything was asked for, also where there is no room for it", async () => {
    const lists: SourceLists = { log: [logRecord({ trace_id: "a" })] };
    expect(await account(lists, wholeScope, 0)).toMatchObject({ shown: { logs: 0 }, found: true });
    const late = { ...wholeScope, since: t0 + 1 };
    expect(await account(lists, late, null)).toMatchObject({ shown: { logs: 0 }, found: false });
  });
});
