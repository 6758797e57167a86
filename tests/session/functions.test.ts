import { afterEach, describe, expect, test } from "vitest";
import {
  acquireLock,
  captureErrorContext,
  currentSession,
  generateTraceId,
  getCurrentTraceId,
  getTraceSpans,
  logLockEvent,
  openSession,
  recordingFetch,
  recordLlmCall,
  releaseLock,
  type Session,
  setTraceId,
  startOperationTrace,
  traceSpan,
  writeTraceSpans,
} from "../../lib/mod.ts";
import { readSwitches, runInScope } from "../../lib/record/mod.ts";
import { type FakeRuntime, fakeRuntime } from "../../lib/runtime/mod.ts";

const opened: Session[] = [];
afterEach(() => opened.splice(0).forEach((session) => session.close()));

function open(name = "a", runtime: FakeRuntime = fakeRuntime()) {
  const session = openSession({ name, home: "/h", runtime, recordLlm: true });
  opened.push(session);
  const files = () =>
    runtime.files.paths().filter((path) => path.startsWith(session.path))
      .map((path) => path.slice(session.path.length + 1));
  const json = (file: string) => JSON.parse(runtime.files.readText(`${session.path}/${file}`));
  return { session, runtime, files, json };
}

/** Runs a test's body in a flow of its own, so that what it enters does not leak into the next. */
const isolated = <T>(fn: () => T): T => runInScope({}, fn);

describe("the current session", () => {
  test("is the last one opened, the one before after it is closed, and inside a trace its own", () => {
    expect(currentSession()).toBeUndefined();
    const one = open("one").session;
    const two = open("two").session;
    expect(currentSession()).toBe(two);
    one.trace("op", () => expect(currentSession()).toBe(one));
    one.run(() => expect(currentSession()).toBe(one));
    two.close();
    expect(currentSession()).toBe(one);
  });
});

describe("startOperationTrace", () => {
  test("collects spans until writeTraceSpans", () =>
    isolated(() => {
      const { files, json } = open();
      const id = startOperationTrace("update");
      expect(getCurrentTraceId()).toBe(id);
      expect(traceSpan("load", { n: 1 }, () => 5)).toBe(5);
      traceSpan("save", (span) => span.event("tick"));
      expect(getTraceSpans().map(({ name }) => name)).toEqual(["load", "save"]);
      writeTraceSpans();
      expect(json(`logs/traces/${id}.json`)).toMatchObject({
        operation: "update",
        status: "success",
        spans: [{ name: "load", metadata: { n: 1 } }, { name: "save", events: [{ name: "tick" }] }],
      });
      expect(files().filter((file) => file.includes("journal"))).toEqual([]);
    }));

  test("a trace that is not ended is written as running when the session is closed", () =>
    isolated(() => {
      const { session, json } = open();
      const id = startOperationTrace("update");
      traceSpan("load", () => {});
      session.close();
      expect(json(`logs/traces/${id}.json`)).toMatchObject({
        status: "running",
        spans: [{ name: "load" }],
      });
    }));

  test("without a session it still gives an id, and spans just run", () =>
    isolated(() => {
      const id = startOperationTrace("update");
      expect(id).toMatch(/^tr_\d{14}_[0-9a-f]{6}$/);
      expect(getCurrentTraceId()).toBe(id);
      expect(traceSpan("x", (span) => (span.set({ a: 1 }), span.event("e"), 3))).toBe(3);
      expect(getTraceSpans()).toEqual([]);
      expect(() => writeTraceSpans()).not.toThrow();
      expect(captureErrorContext(() => 4)()).toBe(4);
      expect(recordLlmCall({ provider: "p", model: "m", request: {} })).toBeNull();
    }));
});

test("setTraceId takes over an id for everything that follows", () =>
  isolated(() => {
    const { session, runtime } = open();
    setTraceId("tr_other");
    session.info("x");
    expect(runtime.files.readText(`${session.path}/logs/planloop.jsonl`)).toContain(
      '"trace_id":"tr_other"',
    );
  }));

test("getCurrentTraceId makes an id once and keeps it in the flow", () =>
  isolated(() => {
    const id = getCurrentTraceId();
    expect(getCurrentTraceId()).toBe(id);
    expect(generateTraceId()).not.toBe(id);
  }));

test("captureErrorContext reports to the session that is current when it fails", () => {
  const failing = captureErrorContext(function failing() {
    throw new Error("x");
  });
  const { files } = open();
  expect(failing).toThrow("x");
  expect(files().filter((file) => file.endsWith("_error.json"))).toHaveLength(1);
});

test("acquireLock and releaseLock hold the session's lock; logLockEvent writes a line", async () => {
  await expect(acquireLock("x")).rejects.toThrow(/openSession/);
  const { session, runtime, files } = open();
  const lock = await acquireLock("update");
  expect(files()).toContain(".lock");
  releaseLock(lock);
  releaseLock(lock);
  expect(files()).not.toContain(".lock");
  logLockEvent({ event: "lock_requested", lock_entry_id: "e9", operation: "mine" });
  const log = runtime.files.readText(`${session.path}/logs/planloop.jsonl`);
  expect(log.match(/"event":"lock_/g)).toHaveLength(4);
  expect(log).toContain("e9");
});

test("recordingFetch and session.fetch record a model call over the given fetch", async () => {
  const { session, files } = open();
  const answer: typeof fetch = () => Promise.resolve(Response.json({ choices: [] }));
  const recording = recordingFetch(session, { fetch: answer, provider: "mine" });
  const body = JSON.stringify({ model: "m", messages: [] });
  await (await recording("https://h.example/v1/chat/completions", { method: "POST", body })).text();
  expect(files().filter((file) => file.includes("llm_transcripts/"))).toHaveLength(1);
  expect(session.fetch).toBeTypeOf("function");
});

describe("readSwitches", () => {
  const read = (env: Record<string, string>, options = {}, details?: string) => {
    const runtime = fakeRuntime({ env });
    runtime.files.createDirectory("/h");
    if (details !== undefined) runtime.files.writeFileAtomic("/h/.dev_mode.json", details);
    const { recording, recordsLlm } = readSwitches(runtime, "/h", options);
    return [recording, recordsLlm];
  };

  test("the first that says something wins", () => {
    const on = '{"features":{"llm_recording":true}}';
    expect(read({})).toEqual([true, false]);
    expect(read({}, {}, on)).toEqual([true, true]);
    expect(read({ PLANLOOP_RECORD_LLM: "0" }, {}, on)).toEqual([true, false]);
    expect(read({ PLANLOOP_RECORD_LLM: "1" })).toEqual([true, true]);
    expect(read({ PLANLOOP_RECORD_LLM: "1" }, { recordLlm: false })).toEqual([true, false]);
    expect(read({ PLANLOOP_NO_RECORDING: "1" }, { recording: true, recordLlm: true }, on))
      .toEqual([false, false]);
    expect(read({}, { recording: false, recordLlm: true })).toEqual([false, false]);
  });

  test("a damaged .dev_mode.json says nothing", () => {
    for (const text of ["{", "null", '{"features":{"llm_recording":"yes"}}']) {
      expect(read({}, {}, text)).toEqual([true, false]);
    }
  });
});
