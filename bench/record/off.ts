/**
 * What each call costs in a program that is told to record nothing.
 *
 * @module
 */

import process from "node:process";
import { existsSync } from "node:fs";
import {
  acquireLock,
  captureErrorContext,
  openSession,
  recordLlmCall,
  releaseLock,
  type Session,
  startOperationTrace,
  traceSpan,
  writeTraceSpans,
} from "../../lib/mod.ts";
import type { Subject } from "./cost.ts";

type Call = (session: Session) => unknown;

const request = { prompt: "p" };
const model = { provider: "p", model: "m", request };
const error = new Error("e");
const one = () => 1;
const wrapped = captureErrorContext(one);
const answer = Promise.resolve(new Response("{}"));
const asked = { method: "POST", body: JSON.stringify({ model: "m", messages: [] }) };

/** One call each; what gives a promise is awaited. */
const calls: Readonly<Record<string, Call>> = {
  "off: a bare function": one,
  "off: await alone": () => answer,
  "off: info": (session) => session.info("message", { a: 1 }),
  "off: metric": (session) => session.metric("m_ms", 1),
  "off: recordLlmCall": (session) =>
    session.recordLlmCall({ provider: "p", model: "m", request, response: "x" }),
  "off: captureError": (session) => session.captureError(error),
  "off: span": (session) => session.span("s", { a: 1 }, one),
  "off: llm": (session) => session.llm(model, one),
  "off: trace": (session) => session.trace("t", one),
  "off: trace, its id asked for": (session) => session.trace("t", (trace) => trace.id),
  "off: fetch": (session) => session.fetch("https://api.openai.com/v1/chat/completions", asked),
  "off: lock": async (session) => (await session.lock("work")).release(),
  "off: updateState": (session) => session.updateState((state) => void (state.next_steps = [])),
  "off: traceSpan": () => traceSpan("s", { a: 1 }, one),
  "off: captureErrorContext": () => wrapped(),
  "off: recordLlmCall of the module": () =>
    recordLlmCall({ provider: "p", model: "m", request, response: "x" }),
  "off: acquireLock, releaseLock": async () => releaseLock(await acquireLock("work")),
  "off: startOperationTrace, writeTraceSpans": () => writeTraceSpans(startOperationTrace("t")),
};

/** Makes each subject; nothing may come to be at `path`. */
export const offSubjects: Readonly<Record<string, (path: string) => Subject>> = Object.fromEntries(
  Object.entries(calls).map(([name, call]) => [name, (path) => repeated(call, path)]),
);

function repeated(call: Call, home: string): Subject {
  process.env["PLANLOOP_NO_RECORDING"] = "1";
  // No network: the session's `fetch` sends through this one.
  globalThis.fetch = () => answer;
  const session = openSession({ name: "off", home });
  const isAwaited = call(session) instanceof Promise;
  return {
    run: isAwaited
      ? async (times) => {
        for (let time = 0; time < times; time++) await call(session);
      }
      : (times) => {
        for (let time = 0; time < times; time++) call(session);
      },
    finish() {
      session.close();
      if (existsSync(home)) throw new Error(`A session that records nothing made ${home}`);
    },
  };
}
