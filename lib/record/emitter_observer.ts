/**
 * Watching a stream that tells its pieces as events: Node's readable streams, and the streams of
 * OpenAI's and Anthropic's clients with `on("text", …)` and `finalMessage()`.
 *
 * A listener of our own would change the stream: it would set one of Node's flowing, and one for
 * `error` would hide a failure that nobody else handles. So it is the way to the listeners that is
 * watched, and no listener is added.
 *
 * @module
 */

import type { StreamObserver } from "./stream_observer.ts";

/** How one family of streams tells its listeners. */
interface Family {
  /** The method that calls the listeners. */
  emit: string;
  /** Whether a value is of this family. */
  fits(value: Record<string, unknown>): boolean;
  /** The events that bring a piece. */
  pieces: ReadonlySet<string>;
  /** The event after which nothing comes, where the reader stopped early. */
  aborted: string;
}

const families: readonly Family[] = [
  {
    emit: "emit",
    fits: (value) => isFunction(value["pipe"]) && isFunction(value["read"]),
    pieces: new Set(["data"]),
    aborted: "close",
  },
  {
    emit: "_emit",
    fits: (value) => isFunction(value["on"]) && value["ended"] === false,
    // Anthropic's messages; OpenAI's chat completions; OpenAI's responses and assistants.
    pieces: new Set(["streamEvent", "chunk", "event"]),
    aborted: "abort",
  },
];

type Emit = (this: unknown, name: unknown, ...values: unknown[]) => unknown;

/**
 * Watches a stream of events; it stays the identical object, however it is read.
 *
 * @returns Whether it is one, and can be watched: not where it is frozen, or has ended.
 */
export function observeEmitter(stream: object, observer: StreamObserver): boolean {
  try {
    const members = stream as Record<string, unknown>;
    const family = families.find(({ emit, fits }) => isFunction(members[emit]) && fits(members));
    if (!family) return false;
    const emit = members[family.emit] as Emit;
    return Reflect.defineProperty(stream, family.emit, {
      value: function (this: unknown, name: unknown, ...values: unknown[]) {
        tell(family, observer, name, values[0]);
        return emit.call(this, name, ...values);
      } satisfies Emit,
      configurable: true,
      enumerable: false,
      writable: true,
    });
  } catch {
    // A proxy, or a getter, that throws.
    return false;
  }
}

function tell(family: Family, observer: StreamObserver, name: unknown, value: unknown): void {
  if (typeof name !== "string") return;
  if (family.pieces.has(name)) observer.piece(value);
  else if (name === "end") observer.end({ aborted: false });
  else if (name === "error") observer.end({ aborted: true, error: value });
  else if (name === family.aborted) observer.end({ aborted: true });
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
