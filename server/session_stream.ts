/**
 * A session's live tail, for any number of readers.
 *
 * @module
 */

import {
  endOfFeed,
  type FeedBatch,
  type FeedPosition,
  feedStart,
  type FeedWatch,
  formatPosition,
  parsePosition,
  SessionFeed,
} from "../lib/query/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";
import type { AnswerRedactor } from "./options.ts";
import { RequestError } from "./problem.ts";

/** Batches that are kept for readers that are at the same place. */
const batchesMax = 16;

/** How often a silent stream says something, in milliseconds: proxies end what says nothing. */
const heartbeatMsDefault = 15_000;

/** How long a reader waits before it asks again after the connection was lost, in milliseconds. */
const retryMs = 1000;

/** What came, as text for the stream. */
interface Frames {
  text: string;
  count: number;
  position: FeedPosition;
}

/** Makes streams of server-sent events of one session. */
export class SessionStream {
  readonly #feed: SessionFeed;
  readonly #watch: FeedWatch;
  readonly #redactor: AnswerRedactor;
  readonly #heartbeatMs: number;
  readonly #frames = new Map<string, Promise<Frames>>();

  constructor(
    session: StoredSession,
    watch: FeedWatch,
    { runtime, redactor, heartbeatMs = heartbeatMsDefault }: {
      runtime: Runtime;
      redactor: AnswerRedactor;
      heartbeatMs?: number | undefined;
    },
  ) {
    this.#heartbeatMs = heartbeatMs;
    this.#feed = new SessionFeed(session, runtime);
    this.#watch = watch;
    this.#redactor = redactor;
  }

  /**
   * Where a reader begins.
   *
   * @param last What `Last-Event-ID` says; empty where the reader is new.
   * @param from `start` for everything, `now` for what comes from now on.
   * @throws {RequestError} If they are none of these.
   */
  async begin(last: string, from: string): Promise<FeedPosition> {
    if (last !== "") {
      const position = parsePosition(last);
      if (position) return position;
      throw new RequestError(
        400,
        `Last-Event-ID is ${JSON.stringify(last.slice(0, 80))}. Expected an id of this stream: ` +
          "leave it out to begin anew.",
      );
    }
    if (from === "start") return feedStart;
    if (from === "now") return await this.#feed.present();
    throw new RequestError(400, `"from" is ${JSON.stringify(from)}. Expected start or now.`);
  }

  /**
   * The stream from a position on. It is read as fast as its reader takes it: what a slow reader has
   * not taken stays on disk.
   *
   * @param signal Ends it.
   * @param onEnd Called once, however it ends.
   */
  read(start: FeedPosition, signal: AbortSignal, onEnd: () => void): ReadableStream<Uint8Array> {
    const encoder = new TextEncoder();
    const changes = new Changes(this.#watch);
    let at = start;
    let isFirst = true;
    let isOpen = true;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      changes.close();
      onEnd();
    };
    return new ReadableStream({
      pull: async (controller) => {
        try {
          if (isFirst) {
            isFirst = false;
            controller.enqueue(encoder.encode(hello(at)));
            return;
          }
          while (!signal.aborted) {
            const before = at;
            const frames = await this.#after(before);
            at = frames.position;
            const parts = changes.take();
            const text = frames.text + (parts.length > 0 ? changed(parts, at) : "");
            if (text !== "") {
              controller.enqueue(encoder.encode(text));
              if (parts === endOfFeed) break;
              return;
            }
            // What came could not be shown, and more of it may be there.
            if (formatPosition(before) !== formatPosition(at)) continue;
            if (!await changes.next(this.#heartbeatMs, signal)) {
              controller.enqueue(encoder.encode(": still here\n\n"));
              return;
            }
          }
          close();
          controller.close();
        } catch (error) {
          close();
          controller.error(error);
        }
      },
      cancel: close,
    }, { highWaterMark: 1 });
  }

  /** What came after a position. Readers at one place share the work. */
  #after(position: FeedPosition): Promise<Frames> {
    const key = formatPosition(position);
    const known = this.#frames.get(key);
    if (known) return known;
    const frames = this.#feed.after(position).then((batch) => this.#framesOf(batch));
    this.#frames.set(key, frames);
    const forget = () => void this.#frames.delete(key);
    // Where nothing came, something may have by the next time.
    frames.then(({ count }) => count === 0 && forget(), forget);
    for (const old of this.#frames.keys()) {
      if (this.#frames.size <= batchesMax) break;
      this.#frames.delete(old);
    }
    return frames;
  }

  #framesOf({ events, position }: FeedBatch): Frames {
    let text = "";
    for (const { kind, json, position } of events) {
      const data = JSON.stringify(this.#redactor.value(json));
      text += `id: ${position}\nevent: ${kind}\ndata: ${data}\n\n`;
    }
    return { text, count: events.length, position };
  }
}

function hello(position: FeedPosition): string {
  return `retry: ${retryMs}\nid: ${formatPosition(position)}\nevent: begin\ndata: {}\n\n`;
}

/** Tells what changed that is no record of its own: the state, the plan, locks, running traces. */
function changed(parts: readonly string[], position: FeedPosition): string {
  const isGone = parts === endOfFeed;
  const data = JSON.stringify(isGone ? {} : { parts });
  const event = isGone ? "gone" : "changed";
  return `id: ${formatPosition(position)}\nevent: ${event}\ndata: ${data}\n\n`;
}

/** The changes that one reader was not told of yet. */
class Changes {
  readonly #stop: () => void;
  #parts = new Set<string>();
  #isGone = false;
  #wake: (() => void) | undefined;

  constructor(watch: FeedWatch) {
    this.#stop = watch.listen((parts) => {
      this.#isGone ||= parts === endOfFeed;
      for (const part of parts) this.#parts.add(part);
      this.#wake?.();
    });
  }

  /** Takes them. */
  take(): readonly string[] {
    if (this.#isGone) return endOfFeed;
    const parts = [...this.#parts].sort();
    this.#parts.clear();
    return parts;
  }

  /** Resolves with true after a change, with false when it is time to say something anyway. */
  next(ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.#parts.size > 0 || signal.aborted) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (isChange: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        this.#wake = undefined;
        resolve(isChange);
      };
      const onAbort = () => finish(true);
      const timer = setTimeout(() => finish(false), ms);
      signal.addEventListener("abort", onAbort);
      this.#wake = () => finish(true);
    });
  }

  close(): void {
    this.#stop();
  }
}
