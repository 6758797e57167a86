/**
 * When a followed session is read again, and which streams are open meanwhile.
 */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followSession, refresh_ms } from "../../report/data/follow_session.ts";
import { liveState, togglePaused } from "../../report/state/live.ts";

/** A stream that the test plays the server of. */
class PlayedStream extends EventTarget {
  static readonly CLOSED = 2;
  static all: PlayedStream[] = [];
  readonly url: string;
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(url: string) {
    super();
    this.url = url;
    PlayedStream.all.push(this);
  }

  close(): void {
    this.readyState = 2;
  }

  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  refuse(): void {
    this.readyState = 2;
    this.onerror?.();
  }

  send(kind: string, lastEventId: string): void {
    this.dispatchEvent(Object.assign(new Event(kind), { lastEventId }));
  }
}

const opened = (): PlayedStream[] => PlayedStream.all.filter(({ readyState }) => readyState < 2);
const last = (): PlayedStream => PlayedStream.all.at(-1)!;

let page: EventTarget & { hidden: boolean };
let status: number;
let answer: (() => void) | null;
let isSlow: boolean;
let reads: number;
let stop: () => void;

function show(isShown: boolean): void {
  page.hidden = !isShown;
  page.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { hidden: false });
  status = 200;
  answer = null;
  isSlow = false;
  reads = 0;
  PlayedStream.all = [];
  vi.stubGlobal("document", page);
  vi.stubGlobal("EventSource", PlayedStream);
  vi.stubGlobal("fetch", async () => {
    if (isSlow) await new Promise<void>((resolve) => answer = resolve);
    return new Response("{}", { status });
  });
  stop = followSession("/api/sessions/s", () => Promise.resolve(void reads++));
});

afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("followSession reads once the stream is open, and rests between two readings", async () => {
  last().accept();
  await vi.advanceTimersByTimeAsync(0);
  expect(reads).toBe(1);
  for (let line = 0; line < 50; line++) last().send("logs", `${line}`);
  await vi.advanceTimersByTimeAsync(refresh_ms / 2);
  expect(reads).toBe(1);
  await vi.advanceTimersByTimeAsync(refresh_ms);
  expect(reads).toBe(2);
});

test("followSession closes the stream of a hidden page, and goes on where it was", async () => {
  last().accept();
  last().send("logs", "seven");
  await vi.advanceTimersByTimeAsync(refresh_ms);
  const before = reads;
  show(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(opened()).toEqual([]);
  expect(reads).toBe(before);
  show(true);
  expect(last().url).toBe("/api/sessions/s/stream?last_event_id=seven");
  last().accept();
  await vi.advanceTimersByTimeAsync(refresh_ms);
  expect(reads).toBe(before + 1);
});

test("followSession opens a refused stream again, once", async () => {
  last().accept();
  status = 503;
  last().refuse();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(liveState.value).toBe("lost");
  expect(opened()).toEqual([]);
  status = 200;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(opened()).toHaveLength(1);
  last().accept();
  expect(liveState.value).toBe("live");
});

test.each([false, true])(
  "followSession has no second stream when an answer comes late, shown again: %s",
  async (isShown) => {
    isSlow = true;
    last().refuse();
    await vi.advanceTimersByTimeAsync(5000);
    expect(answer).not.toBeNull();
    show(false);
    if (isShown) show(true);
    answer!();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(opened()).toHaveLength(isShown ? 1 : 0);
  },
);

test("followSession reads all the same where only the stream is refused", async () => {
  last().accept();
  for (let turn = 0; turn < 5; turn++) {
    const before = reads;
    last().refuse();
    await vi.advanceTimersByTimeAsync(5000);
    expect(liveState.value).toBe("live");
    expect(reads).toBe(before + 1);
    expect(opened()).toHaveLength(1);
  }
});

test("followSession says that the session is gone, and asks no more", async () => {
  status = 404;
  last().refuse();
  await vi.advanceTimersByTimeAsync(5000);
  expect(liveState.value).toBe("gone");
  const streams = PlayedStream.all.length;
  show(false);
  show(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(PlayedStream.all).toHaveLength(streams);
});

test("followSession keeps the reader's pause over a page that was hidden", async () => {
  // The session of the test before is gone; a stream that opens is live again.
  last().accept();
  await vi.advanceTimersByTimeAsync(refresh_ms);
  const before = reads;
  togglePaused();
  show(false);
  show(true);
  last().accept();
  await vi.advanceTimersByTimeAsync(60_000);
  expect([liveState.value, reads]).toEqual(["paused", before]);
  togglePaused();
  await vi.advanceTimersByTimeAsync(refresh_ms);
  expect(reads).toBe(before + 1);
});
