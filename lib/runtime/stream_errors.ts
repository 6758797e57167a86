/**
 * Errors of Node's streams, seen without taking part.
 *
 * @module
 */

import { errorMonitor } from "node:events";

/** What of a Node stream is needed. */
interface Emitter {
  on(event: typeof errorMonitor, listener: (error: unknown) => void): unknown;
}

/** Whether a value is one of Node's streams, or behaves as one. */
export function isNodeStream(value: object): boolean {
  const stream = value as { on?: unknown; pipe?: unknown };
  return typeof stream.on === "function" && typeof stream.pipe === "function";
}

/**
 * Tells of the error that a Node stream fails with. The stream stays as it is: an error that nobody
 * else listens for still reaches the top of the process.
 *
 * @param threw Must not throw.
 */
export function onStreamError(stream: object, threw: (error: unknown) => void): void {
  const { errored } = stream as { errored?: unknown };
  if (errored !== null && errored !== undefined) threw(errored);
  else (stream as Emitter).on(errorMonitor, threw);
}
