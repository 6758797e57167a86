/**
 * A session under `PLANLOOP_NO_RECORDING=1`: no file is touched, and the program runs on.
 *
 * @module
 */

import { expect, test } from "vitest";
import { openSession, type Session } from "../../lib/mod.ts";
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
  session.close();
}

test("PLANLOOP_NO_RECORDING=1: no public call touches the disk", async () => {
  const { calls, runtime } = watchedMachine();
  const session = openSession({ name: "off", recordLlm: true, batch: true, runtime });
  expect(session.recording).toBe(false);
  await useAll(session);
  expect(calls).toEqual([]);
  expect(runtime.files.paths()).toEqual([]);
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
