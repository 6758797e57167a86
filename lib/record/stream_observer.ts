/**
 * Watching a stream while somebody else reads it: pieces pass unchanged, at once, and none is asked
 * for that the reader did not ask for.
 *
 * @module
 */

import { observeEmitter } from "./emitter_observer.ts";

/** What is told of a stream. None of these may throw. */
export interface StreamObserver {
  piece(piece: unknown): void;
  /** Called once. `aborted` where the reader stopped early; `error` where the source failed. */
  end(how: { aborted: boolean; error?: unknown }): void;
}

/** A stream in one of the forms that clients give. */
export type AnyStream = ReadableStream<unknown> | AsyncIterable<unknown>;

/** Whether a value is a stream of pieces. Texts and byte arrays are not. */
export function isStream(value: unknown): value is AnyStream {
  if (typeof value !== "object" || value === null) return false;
  try {
    return isReadable(value) ||
      typeof (value as AsyncIterable<unknown>)[Symbol.asyncIterator] === "function";
  } catch {
    // A proxy, or a getter, that throws: the caller gets the value as it is.
    return false;
  }
}

function isReadable(value: unknown): value is ReadableStream<unknown> {
  return typeof ReadableStream === "function" && value instanceof ReadableStream;
}

/** The same stream, watched. An iterable keeps its other members. */
export function observeStream<T extends AnyStream>(stream: T, observer: StreamObserver): T {
  const once = endOnce(observer);
  if (observeEmitter(stream, once)) return stream;
  return (isReadable(stream) ? observeReadable(stream, once) : observeIterable(stream, once)) as T;
}

function endOnce(observer: StreamObserver): StreamObserver {
  let ended = false;
  return {
    piece: (piece) => observer.piece(piece),
    end(how) {
      if (ended) return;
      ended = true;
      observer.end(how);
    },
  };
}

function observeReadable(
  stream: ReadableStream<unknown>,
  observer: StreamObserver,
): ReadableStream<unknown> {
  const isBytes = readsBytes(stream);
  const reader = stream.getReader();
  const source: UnderlyingDefaultSource<unknown> = {
    async pull(controller) {
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) {
            observer.end({ aborted: false });
            controller.close();
            // A reader with a buffer of its own waits for it to come back.
            if (isBytes) (controller as unknown as BytesController).byobRequest?.respond(0);
            return;
          }
          observer.piece(value);
          // A stream of bytes takes no empty piece.
          if (isBytes && (value as Uint8Array).byteLength === 0) continue;
          return controller.enqueue(value);
        }
      } catch (error) {
        observer.end({ aborted: true, error });
        controller.error(error);
      }
    },
    cancel(reason) {
      observer.end({ aborted: true });
      return reader.cancel(reason);
    },
  };
  return isBytes
    ? new ReadableStream({ ...source, type: "bytes" } as unknown as UnderlyingByteSource)
    : new ReadableStream(source, { highWaterMark: 0 });
}

interface BytesController {
  byobRequest: { respond(bytes: number): void } | null;
}

/** Whether a stream is one of bytes, whose readers may bring their own buffers. */
function readsBytes(stream: ReadableStream<unknown>): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

function observeIterable(
  source: AsyncIterable<unknown>,
  observer: StreamObserver,
): AsyncIterable<unknown> {
  const iterate = () => observeIterator(source[Symbol.asyncIterator](), observer);
  let shared: AsyncIterableIterator<unknown> | undefined;
  // A generator is read through its own methods too: they must not go round the observer.
  const step = (key: "next" | "return" | "throw") => (value?: unknown) => {
    shared ??= iterate();
    return shared[key]!(value);
  };
  const proxy: AsyncIterable<unknown> = new Proxy(source, {
    get(target, key) {
      if (key === Symbol.asyncIterator) return iterate;
      // The target is the receiver: private members do not work through a proxy.
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== "function") return value;
      if (key === "next" || key === "return" || key === "throw") return step(key);
      // The streams of OpenAI's and Anthropic's clients: read through their iterator, here too.
      return value.bind(key === "toReadableStream" ? proxy : target);
    },
  });
  return proxy;
}

function observeIterator(
  iterator: AsyncIterator<unknown>,
  observer: StreamObserver,
): AsyncIterableIterator<unknown> {
  const watch = async (step: () => Promise<IteratorResult<unknown>>) => {
    try {
      const result = await step();
      if (result.done) observer.end({ aborted: false });
      else observer.piece(result.value);
      return result;
    } catch (error) {
      observer.end({ aborted: true, error });
      throw error;
    }
  };
  return {
    next: (...args) => watch(() => iterator.next(...args)),
    async return(value?: unknown) {
      observer.end({ aborted: true });
      return await iterator.return?.(value) ?? { done: true, value };
    },
    throw: (error?: unknown) =>
      watch(() => {
        observer.end({ aborted: true, error });
        return iterator.throw ? iterator.throw(error) : Promise.reject(error);
      }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
