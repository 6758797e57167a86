/**
 * Handing a session over to child processes and workers: which session, which trace, which span.
 *
 * @module
 */

import { isTraceId } from "../format/mod.ts";
import { type InheritedTrace, readOptions, type Recorder, scopeOf } from "../record/mod.ts";

/** What a process is told of the session that it belongs to: variables for its environment. */
export type HandOver = Record<string, string | undefined>;

/** A hand-over, read. */
export interface ReceivedHandOver {
  home?: string;
  id?: string;
  trace?: InheritedTrace;
  recording?: false;
  recordLlm?: boolean;
}

/** Variables that hand over the session, and the trace and span of the present flow. */
export function handOver(recorder: Recorder, home: string): Record<string, string> {
  if (!recorder.recording) return { PLANLOOP_NO_RECORDING: "1" };
  const { traceId, span } = scopeOf(recorder);
  const variables: Record<string, string> = {
    PLANLOOP_HOME: home,
    PLANLOOP_SESSION: recorder.sessionId,
    PLANLOOP_RECORD_LLM: recorder.recordsLlm ? "1" : "0",
  };
  if (traceId === undefined) return variables;
  const digest = recorder.runtime.sha256(traceId);
  // W3C trace ids are 32 hexadecimal digits; ours are not, so theirs is made from ours.
  const w3cTrace = w3cId(traceId, 32) ?? digest.slice(0, 32);
  const w3cSpan = w3cId(span?.id, 16) ?? digest.slice(32, 48);
  return {
    ...variables,
    PLANLOOP_TRACE_ID: traceId,
    ...(span === undefined ? {} : { PLANLOOP_SPAN_ID: span.id }),
    TRACEPARENT: `00-${w3cTrace}-${w3cSpan}-01`,
  };
}

/** Reads a hand-over. What is no text, and what is no id, is left out. */
export function readHandOver(given: HandOver): ReceivedHandOver {
  const texts = Object.entries(readOptions(given)).filter(([, value]) => typeof value === "string");
  const variables: HandOver = Object.fromEntries(texts);
  const home = variables["PLANLOOP_HOME"];
  const id = variables["PLANLOOP_SESSION"];
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/
    .exec(variables["TRACEPARENT"] ?? "");
  const own = variables["PLANLOOP_TRACE_ID"];
  const ownSpan = variables["PLANLOOP_SPAN_ID"];
  const trace = own !== undefined && isTraceId(own)
    ? { traceId: own, spanId: ownSpan !== undefined && isTraceId(ownSpan) ? ownSpan : null }
    // From a program that traces by other means.
    : parent
    ? { traceId: parent[1]!, spanId: parent[2]! }
    : undefined;
  const llm = variables["PLANLOOP_RECORD_LLM"];
  return {
    ...(variables["PLANLOOP_NO_RECORDING"] === "1" ? { recording: false } : {}),
    ...(llm === "1" || llm === "0" ? { recordLlm: llm === "1" } : {}),
    ...(home ? { home } : {}),
    ...(id ? { id } : {}),
    ...(trace ? { trace } : {}),
  };
}

function w3cId(id: string | undefined, digits: number): string | undefined {
  const isOne = id !== undefined && id.length === digits && /^[0-9a-f]+$/.test(id) &&
    /[^0]/.test(id);
  return isOne ? id : undefined;
}
