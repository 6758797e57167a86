/**
 * Waiting without giving way to anything else in this process.
 *
 * @module
 */

let cell: Int32Array<SharedArrayBuffer> | undefined;

/** Holds up this thread, for a few milliseconds at most: nothing else of the process runs meanwhile. */
export function pause(ms: number): void {
  cell ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(cell, 0, 0, ms);
}
