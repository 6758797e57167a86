/**
 * Wrapping functions so that what they throw is reported.
 *
 * @module
 */

import { followResult } from "./capture_result.ts";
import { currentScope, runInWholeScope, scopeIn, scopeOf } from "./context.ts";
import { captureError } from "./error_report.ts";
import { defaultOperation } from "./log_writer.ts";
import { parameterNames } from "./parameter_names.ts";
import type { Recorder } from "./recorder.ts";
import { readOptions } from "./options.ts";

/** How a wrapped function is reported. */
export interface CaptureOptions {
  /** Default: the running trace's operation, else the function's name. */
  operation?: string;
  /** Gives variables worth seeing; called when an error is caught. */
  locals?: () => object;
}

/**
 * Wraps a function so that what it throws is reported, and then thrown on: also what the promise,
 * generator, async iterable, web stream, Node stream or thenable fails with that it gives.
 */
export function wrapWithCapture<A extends unknown[], R>(
  recorderOf: () => Recorder | undefined,
  fn: (...args: A) => R,
  options?: CaptureOptions,
): (...args: A) => R {
  const given = readOptions(options);
  const wrapped = function (this: unknown, ...args: A): R {
    const scope = currentScope();
    const threw = (error: unknown) => {
      const recorder = recorderOf();
      if (!recorder) return;
      // What is read outside of the trace that called still belongs to that trace.
      const isOutside = scopeOf(recorder).traceId === undefined;
      const told = () => report(recorder, error, fn, args, given);
      if (isOutside) runInWholeScope(scopeIn(recorder, scope), told, undefined);
      else told();
    };
    let result: R;
    try {
      result = fn.apply(this, args);
    } catch (error) {
      threw(error);
      throw error;
    }
    return followResult(result, threw) as R;
  };
  for (const key of ["name", "length"] as const) {
    Object.defineProperty(wrapped, key, { value: fn[key], configurable: true });
  }
  return wrapped;
}

function report<A extends unknown[], R>(
  recorder: Recorder,
  error: unknown,
  fn: (...args: A) => R,
  args: A,
  options: CaptureOptions,
): void {
  captureError(recorder, error, {
    operation: options.operation ?? scopeOf(recorder).operation ?? (fn.name || defaultOperation),
    ...(fn.name === "" ? {} : { function: fn.name }),
    ...(options.locals ? { locals: options.locals } : {}),
    arguments: args,
    argumentNames: parameterNames(fn),
  });
}
