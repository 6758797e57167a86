/**
 * A session under `PLANLOOP_NO_RECORDING=1`: no file is touched, and the program runs on.
 *
 * @module
 */

import { expect, test } from "vitest";
import {
  acquireLock,
  captureErrorContext,
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
import { runInScope } from "../../lib/record/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";

/** A machine whose every call of the disk is noted. */
function watchedMachine() {
  const calls: string[] = [];
  const runtime = fakeRuntime({ env: { PLANLOOP_NO_RECORDING: "1" } });
  const files = new Proxy(runtime.files, {
    get(target, key) {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        calls.push(String(key));
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  return { calls, runtime: { ...runtime, files } };
}

async function useAll(session: Session): Promise<void> {
  for (const level of ["debug", "info", "warning", "error", "critical"] as const) {
    session[level]("message", { a: 1 });
  }
  session.log("message", {}, { level: "INFO" });
  session.validationFailed("answer", []);
  session.metric("m", 1, {});
  session.sampleMemory();
  await session.sampleEventLoop();
  session.sampleEvery(1000)();
  session.recordLlmCall({ provider: "p", model: "m", request: {}, response: "x" });
  expect(session.captureError(new Error("e"))).toBeNull();
  expect(session.captureErrorContext((a: number) => a + 1)(1)).toBe(2);
  session.captureUncaught()();
  const given = session.trace("t", (trace) => {
    expect(session.spans(trace.id)).toEqual([]);
    return session.span("s", { a: 1 }, (span) => {
      span.set({ b: 2 });
      span.event("e", {});
      return session.llm({ provider: "p", model: "m", request: {} }, (call) => {
        call.response(200, {});
        return call.attempt(() => 7);
      });
    });
  });
  expect(given).toBe(7);
  session.endTrace("tr_x");
  session.childEnv();
  expect(session.run(() => 1)).toBe(1);
  const lock = await session.lock("work");
  lock.release();
  await session.withLock("work", () => 1);
  await session.updateState((state) => state.next_steps.push("one"));
  expect(session.state().next_steps).toEqual(["one"]);
  const { version } = await session.updateState(() => {}, { expected_version: 2 });
  expect(version).toBe(3);
  await useModule(session);
  session.close();
}

/** The functions bound to the current session, and requests, which none of them may change. */
async function useModule(session: Session): Promise<void> {
  expect(captureErrorContext((a: number) => a + 1)(1)).toBe(2);
  const failing = captureErrorContext(() => {
    throw new RangeError("e");
  });
  expect(failing).toThrow(RangeError);
  expect(recordLlmCall({ provider: "p", model: "m", request: {}, response: "x" })).toBeNull();
  const lock = await acquireLock("work");
  logLockEvent({ event: "lock_acquired", lock_entry_id: lock.entryId, operation: "work" });
  releaseLock(lock);
  const traceId = startOperationTrace("by hand");
  expect(traceSpan("s", { a: 1 }, (span) => span.traceId)).toBe(traceId);
  expect(getTraceSpans()).toEqual([]);
  writeTraceSpans(traceId);
  setTraceId("tr_given");
  expect(traceSpan("s", (span) => span.traceId)).toBe("tr_given");
  writeTraceSpans();
  const response = Response.json({ choices: [] });
  const send = recordingFetch(session, { fetch: () => Promise.resolve(response) });
  const init = { method: "POST", body: '{"model":"m","messages":[]}' };
  expect(await send("https://api.openai.com/v1/chat/completions", init)).toBe(response);
  // The session's own takes the global one, which reads this without a network.
  expect(await (await session.fetch("data:application/json,%5B1%5D")).json()).toEqual([1]);
}

test("PLANLOOP_NO_RECORDING=1: no public call touches the disk", async () => {
  const { calls, runtime } = watchedMachine();
  const session = openSession({ name: "off", recordLlm: true, batch: true, runtime });
  expect(session.recording).toBe(false);
  await runInScope({}, () => useAll(session));
  expect(calls).toEqual([]);
  expect(runtime.files.paths()).toEqual([]);
});

test("PLANLOOP_NO_RECORDING=1: a trace has an id, one for everybody who asks", async () => {
  const { runtime } = watchedMachine();
  const session = openSession({ name: "off", runtime });
  const other = openSession({ name: "other", runtime });
  const ids = await session.trace("t", async (trace) => {
    const spanned = await session.span("s", async (span) => {
      await Promise.resolve();
      return [span.traceId, getCurrentTraceId()];
    });
    const inner = session.trace("inner", (within) => [within.id, getCurrentTraceId()]);
    expect(inner[0]).toBe(inner[1]);
    expect(inner[0]).not.toBe(trace.id);
    return [...spanned, session.run(getCurrentTraceId), trace.id];
  });
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^tr_\d{14}_[0-9a-f]{6}$/);
  expect(session.trace("again", (trace) => trace.id)).not.toBe(ids[0]);
  session.trace("known", (trace) => expect(trace.id).toBe("tr_known"), { traceId: "tr_known" });
  session.trace("t", () => other.span("s", (span) => expect(span.traceId).toBe("")));
});

test("PLANLOOP_NO_RECORDING=1: no id is made that nobody asks for", () => {
  const { runtime } = watchedMachine();
  let made = 0;
  const random = { ...runtime.random, hex: (n: number) => (made++, runtime.random.hex(n)) };
  const session = openSession({ name: "off", runtime: { ...runtime, random } });
  made = 0;
  session.trace("t", () => session.span("s", () => session.info("message")));
  expect(made).toBe(0);
  session.trace("t", (trace) => trace.id + trace.id);
  expect(made).toBe(1);
});

test("the same calls of a session that records do touch it", async () => {
  const { calls, runtime } = watchedMachine();
  const env = { ...runtime.process, env: () => ({}) };
  const session = openSession({ name: "on", runtime: { ...runtime, process: env } });
  session.info("message");
  session.close();
  await Promise.resolve();
  expect(calls.length).toBeGreaterThan(5);
});
