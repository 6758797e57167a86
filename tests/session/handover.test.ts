import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { check, traceSchema } from "../../lib/format/mod.ts";
import { openSession, type Session } from "../../lib/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";
import { bundleChild, isDeno, removeBundles, spawnChild } from "../helpers/child.ts";

const home = mkdtempSync(join(tmpdir(), "planloop-handover-"));
let script = "";
let worker = "";
let webWorker = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/resuming_child.ts"));
  worker = await bundleChild(join(import.meta.dirname!, "children/resuming_worker.ts"));
  webWorker = await bundleChild(join(import.meta.dirname!, "children/web_worker.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(home, { recursive: true, force: true });
});

function tracesOf(session: Session) {
  const folder = join(session.path, "logs/traces");
  const all = readdirSync(folder).map((name) =>
    JSON.parse(readFileSync(join(folder, name), "utf8"))
  );
  for (const one of all) expect(check(traceSchema, one)).toEqual([]);
  return all;
}

function logOf(session: Session): Record<string, unknown>[] {
  const text = readFileSync(join(session.path, "logs/planloop.jsonl"), "utf8");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

describe("session.childEnv", () => {
  test("a child process and a worker go on in the same session, trace and span", async () => {
    const session = openSession({ name: "parent", home });
    const [traceId, spanId] = await session.trace(
      "suggest",
      (trace) =>
        session.span("delegate", async (span) => {
          const child = spawnChild(script, [], { env: session.childEnv() });
          expect(await child.exit, child.errors()).toEqual({ code: 0, signal: null });
          await new Promise((resolve, reject) => {
            new Worker(worker, { workerData: session.childEnv() })
              .on("exit", resolve).on("error", reject);
          });
          return [trace.id, span.id];
        }),
    );
    session.close();
    expect(readdirSync(join(home, "sessions"))).toEqual([session.id]);
    const traces = tracesOf(session);
    expect(traces.map(({ trace_id }) => trace_id)).toEqual([traceId, traceId, traceId]);
    const links = { parent_trace_id: traceId, parent_span_id: spanId };
    expect(traces.find(({ operation }) => operation === "child_work"))
      .toMatchObject({ ...links, spans: [{ name: "inner" }] });
    expect(traces.find(({ operation }) => operation === "thread_work")).toMatchObject(links);
    expect(logOf(session).filter(({ message }) => String(message).startsWith("from the")))
      .toMatchObject([{ trace_id: traceId }, { trace_id: traceId }]);
  });

  // The parent is the runtime of the tests: under Deno it would be no hand-over between two.
  test.skipIf(isDeno)(
    "a child under Deno goes on in the trace of its parent under Node",
    async () => {
      const session = openSession({ name: "mixed", home });
      const deno = join(import.meta.dirname!, "../../node_modules/.bin/deno");
      const traceId = await session.trace("suggest", async (trace) => {
        const env = { ...process.env, ...session.childEnv() };
        const child = spawn(deno, ["run", "-A", script], { env, stdio: "ignore" });
        expect(await once(child, "exit")).toEqual([0, null]);
        return trace.id;
      });
      session.close();
      expect(tracesOf(session).find(({ operation }) => operation === "child_work"))
        .toMatchObject({ trace_id: traceId, parent_trace_id: traceId });
    },
  );

  // Node has no web workers; its worker threads are tested above.
  test.runIf(isDeno)("a web worker of Deno goes on in the same session and trace", async () => {
    const session = openSession({ name: "web", home });
    const traceId = await session.trace("suggest", async (trace) => {
      const made = new globalThis.Worker(pathToFileURL(webWorker).href, { type: "module" });
      const answer = new Promise((resolve, reject) => {
        made.onmessage = ({ data }) => resolve(data);
        made.onerror = ({ message }) => reject(new Error(message));
      });
      made.postMessage(session.childEnv());
      expect(await answer).toBe("step 7");
      made.terminate();
      return trace.id;
    });
    session.close();
    expect(tracesOf(session).find(({ operation }) => operation === "web_work"))
      .toMatchObject({ trace_id: traceId, parent_trace_id: traceId });
    const report = readFileSync(join(session.path, `logs/errors/${traceId}_error.json`), "utf8");
    expect(JSON.parse(report)).toMatchObject({ function: "failing", arguments: [7] });
  });

  test("outside of a trace only the session is handed over; without recording, that", () => {
    const runtime = fakeRuntime();
    const session = openSession({ name: "s", runtime, recordLlm: true });
    expect(session.childEnv()).toEqual({
      PLANLOOP_HOME: session.home,
      PLANLOOP_SESSION: session.id,
      PLANLOOP_RECORD_LLM: "1",
    });
    const inside = session.trace("op", () => session.span("work", () => session.childEnv()));
    expect(inside["TRACEPARENT"]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(inside["TRACEPARENT"]).toContain(`-${inside["PLANLOOP_SPAN_ID"]}-`);
    session.close();
    const off = openSession({ name: "s", runtime, recording: false });
    const resumed = openSession({ name: "t", runtime, resume: off.childEnv() });
    expect(resumed.recording).toBe(false);
  });
});

describe("openSession({ resume })", () => {
  test("without a hand-over opens a session of its own; id and home win over one", () => {
    const alone = openSession({ name: "alone", runtime: fakeRuntime(), resume: true });
    expect(alone.id).toMatch(/^alone-/);
    const env = { PLANLOOP_SESSION: "theirs", PLANLOOP_HOME: "/theirs" };
    const runtime = fakeRuntime({ env });
    expect(openSession({ name: "x", runtime, resume: true }))
      .toMatchObject({ id: "theirs", home: "/theirs" });
    expect(openSession({ name: "x", runtime, resume: true, id: "own", home: "/own" }))
      .toMatchObject({ id: "own", home: "/own" });
    expect(openSession({ name: "x", runtime }).id).not.toBe("theirs");
  });

  test("takes another tool's trace, and leaves out what is no id", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const idOf = (variables: Record<string, string>) => {
      const session = openSession({ name: "x", runtime: fakeRuntime(), resume: variables });
      return session.trace("op", (trace) => trace.id);
    };
    expect(idOf({ TRACEPARENT: traceparent })).toBe("0af7651916cd43dd8448eb211c80319c");
    expect(idOf({ PLANLOOP_TRACE_ID: "../../x", TRACEPARENT: "nonsense" })).toMatch(/^tr_/);
    const refused = openSession({
      name: "x",
      runtime: fakeRuntime(),
      resume: { PLANLOOP_SESSION: "../../etc" },
    });
    expect(refused.recording).toBe(false);
  });
});

test("session.sampleEvery measures until it is stopped, and refuses to be hasty", () => {
  const runtime = fakeRuntime();
  const session = openSession({ name: "s", runtime });
  const stop = session.sampleEvery(1000, { phase: "load" });
  runtime.advance(3500);
  stop();
  session.sampleEvery(1000);
  session.close();
  runtime.advance(5000);
  const lines = runtime.files.readText(`${session.path}/logs/performance.jsonl`).trimEnd()
    .split("\n").map((line) => JSON.parse(line));
  expect(lines.map(({ metric }) => metric)).toEqual(
    [1, 2, 3].flatMap(() => ["memory.rss_mb", "memory.heap_used_mb", "event_loop.delay_ms"]),
  );
  expect(lines[0]).toMatchObject({ tags: { phase: "load" } });
  expect(() => session.sampleEvery(5)).toThrow(RangeError);
});
