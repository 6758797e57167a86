/**
 * What the present flow of calls belongs to: session, trace, span, model call. It follows the flow
 * across `await`, timers and promises.
 *
 * @module
 */

import { isTraceId, makeTraceId, type TraceId } from "../format/mod.ts";
import {
  type AsyncContext,
  createAsyncContext,
  type Random,
  systemRuntime,
} from "../runtime/mod.ts";
import type { OpenCall } from "./llm_call.ts";
import type { Recorder } from "./recorder.ts";
import type { RunningSpan } from "./running_span.ts";
import type { RunningTrace } from "./running_trace.ts";

/** What a flow of calls belongs to. A scope is never changed, only replaced. */
export interface Scope {
  /** Whose session the flow records into. */
  readonly recorder?: Recorder | undefined;
  /** The trace's id; also set where no trace runs. */
  readonly traceId?: TraceId | undefined;
  readonly operation?: string | undefined;
  readonly trace?: RunningTrace | undefined;
  readonly span?: RunningSpan | undefined;
  /** The model call whose attempts a recording fetch adds to. */
  readonly call?: OpenCall | undefined;
}

const NOTHING: Scope = {};

let shared: AsyncContext<Scope> | undefined;

function context(): AsyncContext<Scope> {
  return shared ??= createAsyncContext<Scope>();
}

/** The present flow's scope; empty outside of everything. */
export function currentScope(): Scope {
  return context().get() ?? NOTHING;
}

/** The present flow's scope as far as it concerns a recorder: empty inside another session's. */
export function scopeOf(recorder: Recorder): Scope {
  return scopeIn(recorder, currentScope());
}

/** A scope as far as it concerns a recorder. */
export function scopeIn(recorder: Recorder, scope: Scope): Scope {
  return scope.recorder === undefined || scope.recorder === recorder ? scope : NOTHING;
}

/** The trace id of the present flow, else that of the process that handed over to this one. */
export function traceIdOf(recorder: Recorder): TraceId | undefined {
  return scopeOf(recorder).traceId ?? recorder.inherited?.traceId;
}

/** Calls `fn` in a scope that replaces the present one as a whole. */
export function runInWholeScope<A, T>(scope: Scope, fn: (argument: A) => T, argument: A): T {
  return context().run(scope, fn, argument);
}

/** The present scope with parts replaced. It may be a span, of which only the scope is wanted. */
function changed(change: Scope): Scope {
  const { recorder, traceId, operation, trace, span, call } = currentScope();
  return { recorder, traceId, operation, trace, span, call, ...change };
}

/** Calls `fn` with parts of the scope replaced. */
export function runInScope<T>(change: Scope, fn: () => T): T {
  return context().run(changed(change), fn);
}

/** Replaces parts of the scope for the rest of the present flow. */
export function enterScope(change: Scope): void {
  context().enter(changed(change));
}

/**
 * Makes a trace id for an operation that starts now. It is not put in place.
 *
 * @example
 * ```ts
 * import { generateTraceId } from "planloop";
 *
 * generateTraceId(); // for example "tr_20251118081417_abc123"
 * ```
 */
export function generateTraceId(): TraceId {
  const { clock, random } = currentScope().recorder?.runtime ?? systemRuntime();
  const now = clock.now();
  const known = idsOf(random, Math.floor(now / 1000));
  let id = makeTraceId(now, random.hex(6));
  for (let attempt = 1; known.has(id) && attempt < idAttemptsMax; attempt += 1) {
    id = makeTraceId(now, random.hex(6));
  }
  known.add(id);
  return id;
}

/** Ids of one second that are remembered: six random digits soon repeat where many traces begin. */
const idsKeptMax = 100_000;

const idAttemptsMax = 8;

const lately = new WeakMap<Random, { second: number; ids: Set<TraceId> }>();

/** The ids that were made in a second. */
function idsOf(random: Random, second: number): Set<TraceId> {
  const known = lately.get(random);
  if (known && known.second === second && known.ids.size < idsKeptMax) return known.ids;
  const ids = new Set<TraceId>();
  lately.set(random, { second, ids });
  return ids;
}

/**
 * Puts a trace id in place for the rest of the present flow, such as one that another process
 * handed over. Spans that follow are collected under it until `writeTraceSpans`.
 *
 * @throws {RangeError} If the id is not safe as a part of a file name: up to 128 letters, digits,
 * `.`, `_` and `-`, the first a letter or digit.
 *
 * @example
 * ```ts
 * import { getCurrentTraceId, setTraceId } from "planloop";
 *
 * setTraceId("tr_20251118081417_abc123");
 * getCurrentTraceId(); // "tr_20251118081417_abc123"
 * ```
 */
export function setTraceId(traceId: TraceId): void {
  if (!isTraceId(traceId)) {
    throw new RangeError(
      `Cannot use the trace id ${JSON.stringify(traceId)}: expected up to 128 letters, digits, ` +
        `".", "_" and "-", the first a letter or digit; make one with generateTraceId()`,
    );
  }
  enterScope({ traceId, trace: undefined, span: undefined, call: undefined });
}

/**
 * The trace id of the present flow. Where it has none, one is made and put in place.
 *
 * @example Tell another program
 * ```ts
 * import { getCurrentTraceId } from "planloop";
 *
 * const headers = { "x-trace-id": getCurrentTraceId() };
 * ```
 */
export function getCurrentTraceId(): TraceId {
  const known = currentScope().traceId;
  if (known !== undefined) return known;
  const made = generateTraceId();
  enterScope({ traceId: made });
  return made;
}
