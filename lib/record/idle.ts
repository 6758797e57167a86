/**
 * Traces and spans of a session that records nothing.
 *
 * @module
 */

import { makeTraceId, type TraceId } from "../format/mod.ts";
import { currentScope, runInWholeScope, type Scope, scopeIn } from "./context.ts";
import type { Recorder } from "./recorder.ts";
import type { SpanHandle } from "./running_span.ts";
import type { TraceHandle } from "./trace.ts";

/** The id of no span, of the usual length. */
const noSpanId = "0000000000000000";

/** The scope of a trace that nothing is recorded of. Its id is made when somebody asks for it. */
class IdleScope implements Scope {
  readonly recorder: Recorder;
  readonly operation: string;
  readonly trace: undefined = undefined;
  readonly span: undefined = undefined;
  readonly call: undefined = undefined;
  #traceId: TraceId | undefined;

  constructor(recorder: Recorder, operation: string, known: TraceId | undefined) {
    this.recorder = recorder;
    this.operation = operation;
    this.#traceId = known;
  }

  /** The same for everybody who asks. */
  get traceId(): TraceId {
    const { clock, random } = this.recorder.runtime;
    return this.#traceId ??= makeTraceId(clock.now(), random.hex(6));
  }
}

/** The handle of a trace that nothing is recorded of. */
class IdleTrace implements TraceHandle {
  readonly operation: string;
  readonly #scope: IdleScope;

  constructor(scope: IdleScope) {
    this.operation = scope.operation;
    this.#scope = scope;
  }

  get id(): string {
    return this.#scope.traceId;
  }

  set(): void {}
}

/** The handle of a span that nothing is recorded of. */
class IdleSpan implements SpanHandle {
  readonly id: string = noSpanId;
  readonly name: string;
  readonly metadata: Record<string, unknown> = {};
  readonly #scope: Scope;

  constructor(name: string, scope: Scope) {
    this.name = name;
    this.#scope = scope;
  }

  get traceId(): string {
    return this.#scope.traceId ?? "";
  }

  set(): void {}

  event(): void {}
}

/** The handle of a span that nothing is recorded of. */
export function idleSpan(recorder: Recorder, name: string): SpanHandle {
  return new IdleSpan(name, scopeIn(recorder, currentScope()));
}

/** Runs an operation that nothing is recorded of, but whose id the flow knows. */
export function runIdleTrace<T>(
  recorder: Recorder,
  operation: string,
  fn: (trace: TraceHandle) => T,
  known: string | undefined,
): T {
  const scope = new IdleScope(recorder, operation, known ?? recorder.inherited?.traceId);
  return runInWholeScope(scope, fn, new IdleTrace(scope));
}
