import { errorFingerprint } from "../../lib/analyse/error_fingerprint.ts";
import fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  type Bundle,
  type BundleOptions,
  type Chunk,
  type Deflate,
  writeBundle,
} from "../../lib/bundle/mod.ts";
import type { SessionState } from "../../lib/format/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import {
  at,
  errorReport,
  llmCall,
  lockEvent,
  logRecord,
  span,
  stateDiff,
  t0,
  task,
  trace,
} from "../analyse/records.ts";
import { anyRecord } from "./arbitrary_record.ts";
import { listSource, type SourceLists } from "./list_source.ts";
import { openBundle } from "./open_bundle.ts";

const options: BundleOptions = {
  deflate: systemRuntime().deflateRaw,
  planloopVersion: "9.9.9",
  inputs: () => Promise.resolve([{ file: "state.json", bytes: 3, sha256: "ab" }]),
};

async function bundle(lists: SourceLists, more: Partial<BundleOptions> = {}) {
  const chunks: Chunk[] = [];
  const made: Bundle = await writeBundle(
    listSource(lists),
    (chunk) => void chunks.push(chunk),
    { ...options, ...more },
  );
  return { ...made, chunks, open: openBundle(made.header, chunks) };
}

describe("writeBundle", () => {
  test("gives back any log, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 40 }), async (log) => {
        const { header, open, firstRows } = await bundle({ log });
        expect(open.records).toEqual(log);
        expect(firstRows).toEqual(log);
        expect(header.counts.logs).toBe(log.length);
      }),
      { numRuns: 60 },
    );
  });

  test("splits a long log into blocks, whose columns and text alternate", async () => {
    const log = Array.from(
      { length: 3000 },
      (_, i) => logRecord({ message: `${"word ".repeat(200)}${i}`, line: i + 1 }),
    );
    const { header, chunks, open, firstRows } = await bundle({ log });
    expect(header.logs.blocks.length).toBe(3);
    expect(header.logs.rows).toBe(3000);
    expect(header.logs.text_bytes)
      .toBe(header.logs.blocks.reduce((sum, block) => sum + block.text_bytes, 0));
    expect(open.records).toEqual(log);
    expect(firstRows).toEqual(log.slice(0, 50));
    const order = chunks.flatMap((chunk) =>
      chunk.kind === "section" ? [] : [[chunk.kind, chunk.index]]
    );
    expect(order).toEqual([0, 1, 2].flatMap((i) => [["columns", i], ["text", i]]));
  });

  test("makes a row and a document of every record", async () => {
    const before = { version: 3, tasks: [] };
    const after = { version: 4, tasks: [] };
    const { header, open } = await bundle({
      traces: [trace([span("a", null, 0, 9)]), trace([], { trace_id: "tr_2", status: "error" })],
      calls: [llmCall(), llmCall({ response: null, cost_usd: null, trace_id: "tr_3" })],
      errors: [errorReport({ state_snapshot_path: "/home/me/state.json", operation: "suggest" })],
      diffs: [
        stateDiff({ changes: { "tasks[0].status": { old: "TODO", new: "DONE" } } }),
        stateDiff({ trace_id: "tr_2", before_file: "../../etc/passwd", after_file: "gone.json" }),
      ],
      json: {
        "logs/diffs/tr_1_pre.json": before,
        "logs/diffs/tr_1_post.json": after,
        "logs/errors/tr_1_state.json": after,
      },
    });
    const traces = open.section("traces");
    expect(traces.map((row) => [row.trace_id, row.status, row.spans, row.llm_calls, row.errors]))
      .toEqual([["tr_1", "success", 1, 1, 1], ["tr_2", "error", 0, 0, 0], ["tr_3", null, 0, 1, 0]]);
    expect(traces[0]).toMatchObject({ command: "planloop update", start: t0, changes: 1 });
    expect(open.document(traces[0]!.document)).toEqual(trace([span("a", null, 0, 9)]));
    const calls = open.section("llm");
    expect(calls[0]).toMatchObject({
      prompt_preview: "What next?",
      response_preview: "Write a test.",
      outcome: "ok",
      input_tokens: 100,
      attempts: 1,
      file: "logs/llm_transcripts/tr_1.json",
    });
    expect(open.document(calls[0]!.document)).toEqual(llmCall());
    const [error] = open.section("errors");
    expect(error).toMatchObject({
      location: "agent.ts:12",
      time: t0 + 50,
      fingerprint: errorFingerprint(errorReport()),
    });
    expect(open.document(error!.state)).toEqual(after);
    const [change, other] = open.section("changes");
    expect(change).toMatchObject({
      changes: 1,
      paths: ["tasks[0].status"],
      version_before: 3,
      version_after: 4,
    });
    const { names, changes } = open.section("paths");
    expect(changes.map((ids) => ids.map((id) => names[id])))
      .toEqual([["tasks[0].status"], Object.keys(stateDiff().changes)]);
    expect(open.document(change!.before)).toEqual(before);
    expect(open.document(change!.after)).toEqual(after);
    expect(other).toMatchObject({ before: null, after: null, version_before: 3 });
    expect(header).toMatchObject({
      bundle_version: 3,
      planloop_version: "9.9.9",
      title: "A demo",
      counts: { traces: 3, traces_failed: 2, llm_calls: 2, llm_failed: 0, errors: 1, changes: 2 },
      llm: { input_tokens: 100, output_tokens: 20, cost_usd: 0.01, cost_unknown: 1 },
      inputs: { files: 1, bytes: 3 },
      time_range: { start: t0, end: t0 + 810 },
    });
  });

  test("stores a state once that one change leaves and the next one starts from", async () => {
    const states = [1, 2, 3].map((version) => ({ version, text: "x".repeat(1000) }));
    const { header, open } = await bundle({
      diffs: [
        stateDiff({ before_file: "1.json", after_file: "2.json" }),
        stateDiff({ before_file: "2.json", after_file: "3.json" }),
      ],
      json: { "1.json": states[0], "2.json": states[1], "3.json": states[2] },
    });
    const [first, second] = open.section("changes");
    expect(first!.after).toEqual(second!.before);
    expect(open.document(second!.after)).toEqual(states[2]);
    expect(header.document_blocks[0]!).toBeLessThan(4000);
  });

  test("changes within one millisecond stand in the order of the versions they left", async () => {
    const change = (version: number) =>
      stateDiff({
        changes: { version: { old: version - 1, new: version }, [`v${version}`]: {} },
      });
    const { open } = await bundle({ diffs: [4, 2, 3].map(change) });
    expect(open.section("changes").map((row) => row.version_after)).toEqual([2, 3, 4]);
    const { names, changes } = open.section("paths");
    expect(changes.map((ids) => ids.map((id) => names[id])))
      .toEqual([["v2", "version"], ["v3", "version"], ["v4", "version"]]);
  });

  test("joins lock events, counts levels and metrics, and lists findings", async () => {
    const { header, open } = await bundle({
      log: [
        lockEvent("lock_requested", "a", 0, {}, { trace_id: "tr_1" }),
        lockEvent("lock_acquired", "a", 500, { wait_ms: 500 }, { trace_id: "tr_1" }),
        logRecord({ level: "ERROR", time: t0 + 900, trace_id: null, message: "broke" }),
      ],
      metrics: [
        { timestamp: at(5), metric: "llm.latency", value: 8, tags: { model: "m" }, trace_id: "t" },
        { timestamp: "soon", metric: "memory.rss_mb", value: 90.5, tags: {} },
        { timestamp: at(9), metric: "llm.latency", value: 9, tags: {} },
      ],
      state: { tasks: [task(1, "DONE"), task(2, "TODO")] } as unknown as SessionState,
    });
    expect(open.section("locks")).toMatchObject([{ outcome: "held", wait_ms: 500 }]);
    expect(open.section("traces")).toMatchObject([{ trace_id: "tr_1", logs: 2, lock_requests: 1 }]);
    expect(open.section("metrics")).toEqual({
      names: ["llm.latency", "memory.rss_mb"],
      tags: [{ model: "m", trace_id: "t" }, {}],
      rows: [[t0 + 5, 0, 8, 0], [null, 1, 90.5, 1], [t0 + 9, 0, 9, 1]],
    });
    expect(header.levels).toEqual({ DEBUG: 0, INFO: 2, WARNING: 0, ERROR: 1, CRITICAL: 0 });
    expect(header.counts).toMatchObject({ tasks: 2, tasks_done: 1, lock_requests: 1, metrics: 3 });
    expect(header.findings.map(({ kind }) => kind))
      .toEqual(["first_error", "lock_never_released", "longest_lock_wait"]);
  });

  test("writes an empty session", async () => {
    const { header, open, problems } = await bundle({});
    expect(header.counts).toEqual(
      Object.fromEntries(Object.keys(header.counts).map((k) => [k, 0])),
    );
    expect(header.time_range).toEqual({ start: null, end: null });
    expect(open.section("session").state).toBe(null);
    expect(problems).toEqual([]);
  });

  test("redacts everything on its way in, and counts it", async () => {
    const secret = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
    const text = `use ${secret} now`;
    const redactor = createRedactor();
    const lists: SourceLists = {
      log: [
        logRecord({
          message: text,
          context: { deep: [{ text }] },
          extra: { text },
          operation: text,
          level: "ERROR",
          trace_id: text,
          event: text,
        }),
        lockEvent("lock_acquired", "a", 0, { agent: text, wait_ms: 900 }),
      ],
      traces: [trace([span("s", null, 0, null, { name: text })], { status: "running" })],
      calls: [llmCall({ request: { prompt: text }, response: { content: text } })],
      errors: [errorReport({ error_message: text, local_variables: { text } })],
      diffs: [stateDiff({ changes: { name: { new: text } }, before_file: "s.json" })],
      metrics: [{ timestamp: at(0), metric: "m", value: 1, tags: { text } }],
      problems: [{ file: "f", kind: "torn", reason: "r", lost: true, preview: text }],
      json: { "s.json": { text } },
      state: { tasks: [], title: text } as unknown as SessionState,
      title: text,
    };
    const clean = await bundle(lists, { redactor });
    const everything = clean.open.text +
      JSON.stringify([clean.header, clean.firstRows, clean.problems]);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(secret.slice(8, 30));
    expect(clean.header.redaction.enabled).toBe(true);
    expect(Object.values(clean.header.redaction.replaced)[0]).toBeGreaterThan(8);
    expect(clean.open.records[0]!.message).toMatch(/^use \[REDACTED:.*\] now$/);
    const plain = await bundle(lists);
    expect(plain.open.text).toContain(secret);
    expect(plain.header.redaction).toEqual({ enabled: false, replaced: {} });
  });

  test("hands chunks on in order however long each takes to compress", async () => {
    let turn = 0;
    const deflate: Deflate = async (data, level) => {
      await sleep([25, 1, 12, 0][turn++ % 4]);
      return await options.deflate(data, level);
    };
    const log = Array.from(
      { length: 90 },
      (_, i) => logRecord({ message: "y".repeat(50_000) + i }),
    );
    const { open, chunks } = await bundle({ log }, { deflate });
    expect(open.records).toEqual(log);
    expect(
      chunks.filter((chunk) => chunk.kind === "text").map((chunk) =>
        "index" in chunk && chunk.index
      ),
    )
      .toEqual([0, 1, 2, 3, 4]);
  });

  test("passes on what the sink, the source or the compression throws", async () => {
    const log = Array.from({ length: 90 }, () => logRecord({ message: "y".repeat(50_000) }));
    const full = () => Promise.reject(new Error("disk full"));
    await expect(writeBundle(listSource({ log }), full, options)).rejects.toThrow("disk full");
    const deflate = () => Promise.reject(new Error("no memory"));
    await expect(bundle({ log }, { deflate })).rejects.toThrow("no memory");
  });

  test("is the same for the same session", async () => {
    const lists = { log: [logRecord()], calls: [llmCall()], traces: [trace([])] };
    const [one, two] = [await bundle(lists), await bundle(lists)];
    expect(JSON.stringify(one.header)).toBe(JSON.stringify(two.header));
    expect(one.chunks).toEqual(two.chunks);
  });
});
