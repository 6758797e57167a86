/**
 * Runs in each measured page, in front of the page's own scripts: notes when something is painted,
 * what a log's worker is asked and how long it takes, and when the page is still after an action.
 *
 * It changes nothing that the page does: the worker is the page's own, listened to.
 *
 * @module
 */

import type { LogColumns } from "../../../lib/bundle/data_source.ts";

/** What to watch for. */
export interface Watch {
  /** Selector of the rows; one must be wholly in the window. */
  rows: string;
  /** An element, and the text that it has once everything is there. */
  done?: { selector: string; text: string };
}

/** What was seen, in milliseconds since the navigation began. */
export interface Seen {
  /** The first row's first frame is painted. */
  rows?: number;
  /** The frame with the awaited text is painted. */
  done?: number;
}

/** A question to the log's worker, from its sending to the arrival of its answer. */
export interface Asked {
  kind: string;
  ms: number;
}

export const seen: Seen = {};
export const asked: Asked[] = [];

/** The worker's answers, which it has handed over anyway. */
export const columns: LogColumns[] = [];
export const answers: { ranks?: Uint32Array } = {};

interface Message {
  kind: string;
  id?: number;
  block?: number;
  columns?: LogColumns;
  ranks?: Uint32Array;
}

/** Begins to watch the page. */
export function start(watch: Watch): void {
  followWorkers();
  const frame = (): void => {
    if (seen.rows === undefined && isInWindow(watch.rows)) afterPaint((now) => seen.rows ??= now);
    const { done } = watch;
    if (done && seen.done === undefined && textOf(done.selector) === done.text) {
      afterPaint((now) => seen.done ??= now);
    }
    if (seen.rows === undefined || (done && seen.done === undefined)) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

function isInWindow(selector: string): boolean {
  return Array.from(document.querySelectorAll(selector)).some((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom > top && bottom <= innerHeight;
  });
}

function textOf(selector: string): string | undefined {
  return document.querySelector(selector)?.textContent ?? undefined;
}

/** From within a frame's callbacks: a message is taken only once the frame is laid out and painted. */
function afterPaint(painted: (now: number) => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    painted(performance.now());
  };
  port2.postMessage(null);
}

function followWorkers(): void {
  const Native = globalThis.Worker;
  globalThis.Worker = class extends Native {
    readonly #sent = new Map<number, { kind: string; time: number }>();

    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener("message", ({ data }: MessageEvent<Message>) => this.#take(data));
    }

    override postMessage(message: Message, options?: Transferable[] | object): void {
      if (message.id !== undefined) {
        this.#sent.set(message.id, { kind: message.kind, time: performance.now() });
      }
      super.postMessage(message, options as object);
    }

    #take(message: Message): void {
      const sent = this.#sent.get(message.id ?? -1);
      if (sent) asked.push({ kind: sent.kind, ms: performance.now() - sent.time });
      if (message.kind === "columns" && message.columns) columns[message.block!] = message.columns;
      if (message.ranks) answers.ranks = message.ranks;
    }
  };
}

/** How an action is known to be over. */
export interface Stillness {
  /** Nothing may match this: the page says that it is still at work. */
  busy: string;
  /** No change for so long, in milliseconds. */
  quiet_ms: number;
}

/** Puts a text into an input, all at once, as a paste does. Resolves as {@linkcode timed} does. */
export function type(selector: string, text: string, stillness: Stillness): Promise<number> {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (!input) throw new Error(`The page has no ${selector}`);
  return timed(() => {
    input.focus();
    // Past the property that frameworks put on the element itself.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(input, text);
    input.dispatchEvent(new InputEvent("input", { bubbles: true, data: text }));
  }, stillness);
}

/** Goes to an address inside the page. Resolves as {@linkcode timed} does. */
export function go(hash: string, stillness: Stillness): Promise<number> {
  return timed(() => location.hash = hash, stillness);
}

/** From an action to the frame that shows the page's last change after it, in milliseconds. */
function timed(act: () => void, { busy, quiet_ms }: Stillness): Promise<number> {
  return new Promise((resolve) => {
    const begin = performance.now();
    let changed = begin;
    let shown = begin;
    const observer = new MutationObserver(() => {
      changed = performance.now();
      requestAnimationFrame(() => afterPaint((now) => shown = now));
    });
    observer.observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    act();
    const look = setInterval(() => {
      if (performance.now() - changed < quiet_ms || shown < changed && changed > begin) return;
      if (busy !== "" && document.querySelector(busy)) return;
      clearInterval(look);
      observer.disconnect();
      resolve(shown - begin);
    }, 20);
  });
}

/** Elements of the page's body. */
export function elements(): number {
  return document.body.querySelectorAll("*").length;
}

/** How many rows are there, whether or not they can be seen. */
export function count(selector: string): number {
  return document.querySelectorAll(selector).length;
}

/** When the document was parsed, in milliseconds since the navigation began. */
export function parsed(): number {
  const [entry] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return entry!.domContentLoadedEventStart;
}
