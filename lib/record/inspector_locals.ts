/**
 * The variables of throwing code, as the inspector sees them: opt-in, and only under Node.
 *
 * @module
 */

import type { StackFrame } from "../format/mod.ts";
import { type ThrownFrame, type ThrowWatchLimits, watchThrows } from "../runtime/mod.ts";
import { cleanObject, type Recorder } from "./recorder.ts";
import { variableLimits } from "./serialise.ts";

/** Most frames of a throw whose variables are looked at, from the innermost. */
export const inspectedFramesMax = 3;

/** Most throws in a second that are looked at. */
export const inspectedThrowsPerSecondMax = 20;

/** Most variables of one frame that are kept. */
export const inspectedLocalsMax = 50;

/**
 * Looks at the variables of what throws, from now on.
 *
 * @returns The way to stop; nothing where the inspector cannot be used: not under Node, or with a
 * debugger attached.
 */
export function inspectThrows(
  recorder: Recorder,
  limits: ThrowWatchLimits = {
    framesMax: inspectedFramesMax,
    perSecondMax: inspectedThrowsPerSecondMax,
  },
): (() => void) | undefined {
  if (!recorder.recording) return undefined;
  return watchThrows((error, frames) => {
    // The first throw is nearest to the cause; thrown on, the same object passes again.
    if (recorder.thrown.has(error)) return;
    // Cleaned at once: what they hold now, not what it becomes until somebody catches the error.
    const clean = frames.map((frame): ThrownFrame => ({
      ...frame,
      locals: cleanObject(recorder, bounded(frame.locals), variableLimits),
    }));
    recorder.thrown.set(error, clean);
  }, limits);
}

function bounded(locals: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(locals).slice(0, inspectedLocalsMax));
}

/** Puts the frames' variables on the stack's frames; both still name the code as it runs. */
export function fillLocals(stack: readonly StackFrame[], thrown: readonly ThrownFrame[]): void {
  const free = [...thrown];
  for (let index = stack.length - 1; index >= 0; index -= 1) {
    const frame = stack[index]!;
    const found = free.findIndex(({ file, line, function: name }) =>
      file === frame.file && (line === frame.line || (name !== "" && frame.function.endsWith(name)))
    );
    if (found < 0) continue;
    frame.locals = free[found]!.locals;
    free.splice(0, found + 1);
  }
}
