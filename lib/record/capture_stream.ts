/**
 * Following web streams to the error that they end with.
 *
 * @module
 */

/** What of a byte stream's controller is needed beside a plain stream's. */
interface ByteController {
  byobRequest?: { respond(bytes: number): void } | null;
}

/**
 * The same stream, read through; the error that it fails with is told first. A stream that somebody
 * reads already comes back as it is. A stream of bytes stays one.
 *
 * @param threw Must not throw.
 */
export function watchReadable(
  stream: ReadableStream<unknown>,
  threw: (error: unknown) => void,
): ReadableStream<unknown> {
  if (stream.locked) return stream;
  const bytes = isByteStream(stream);
  const reader = stream.getReader();
  const source: UnderlyingDefaultSource<unknown> = {
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
        // A reader that brought its own buffer waits for it still.
        (controller as ByteController).byobRequest?.respond(0);
      } catch (error) {
        threw(error);
        controller.error(error);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  };
  // Nothing is asked for that the reader did not ask for.
  return bytes
    ? new ReadableStream({ ...source, type: "bytes" } as unknown as UnderlyingByteSource)
    : new ReadableStream(source, { highWaterMark: 0 });
}

function isByteStream(stream: ReadableStream<unknown>): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
