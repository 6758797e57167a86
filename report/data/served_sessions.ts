/**
 * Sessions that a server gives: each is fetched when it is opened, and again while it is recorded.
 *
 * @module
 */

import { effect, signal } from "@preact/signals";
import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import { type SessionsHead, type SummariesHead, wholeHead } from "../../lib/bundle/session_card.ts";
import { route } from "../state/route.ts";
import { liveState, setLiveState } from "../state/live.ts";
import { readFrames } from "./bundle_frames.ts";
import { type Chunk, EmbeddedSource } from "./embedded_source.ts";
import { followSession } from "./follow_session.ts";
import type { FromWorker, LogPort } from "./log_protocol.ts";
import { ask, noAnswer } from "./server_api.ts";
import type { SessionsSource } from "./sessions_source.ts";

/** How often the table of sessions is asked for while it is on screen, in milliseconds. */
export const sessionsPoll_ms = 3000;

/** How often a session that has less than before is read again before it is shown. */
const doubtsMax = 3;

/** When a session that was read again is let go of, in milliseconds. */
const closing_ms = 10_000;

/** A session as it was read at one time. */
interface Reading {
  source: EmbeddedSource;
  tag: string;
}

/** A session that was opened. */
interface Opened {
  key: string;
  source: Promise<DataSource>;
}

/** A home's sessions, as its server gives them. */
export class ServedSessions implements SessionsSource {
  readonly #api: string;
  readonly #startPort: (onMessage: (message: FromWorker) => void) => LogPort;
  readonly #head;
  readonly #opened = signal<Opened | null>(null);
  #stopFollowing: (() => void) | undefined;
  #headTag = "";

  /**
   * @param head The sessions as the page came: summaries, whatever its type says.
   * @param api Where the server's routes begin.
   * @param startPort Starts the place where a session's log text is kept.
   */
  constructor(
    head: SessionsHead,
    api: string,
    startPort: (onMessage: (message: FromWorker) => void) => LogPort,
  ) {
    this.#head = signal(wholeHead(head as SessionsHead & SummariesHead));
    this.#api = api;
    this.#startPort = startPort;
    effect(() => {
      if (route.value.session === null) this.#leave();
    });
    effect(() => {
      if (liveState.value === "live") this.#readIfShown();
    });
    setInterval(() => this.#readIfShown(), sessionsPoll_ms);
  }

  /** Of a table that is drawn with it, each new head is drawn. */
  get head(): SessionsHead {
    return this.#head.value;
  }

  /** Nothing more is in the page than its head. */
  take(_chunk: Chunk): void {}

  open(key: string): Promise<DataSource> | undefined {
    const opened = this.#opened.value;
    if (opened?.key === key) return opened.source;
    if (!this.#head.peek().sessions.some((card) => card.key === key)) return undefined;
    const first = this.#read(key);
    const source = first.then((read) => read!.source);
    // Not while it is drawn: the drawing reads it.
    queueMicrotask(() => this.#show(key, source, first));
    return source;
  }

  #show(key: string, source: Promise<DataSource>, first: Promise<Reading | null>): void {
    this.#stopFollowing?.();
    if (liveState.peek() === "gone") setLiveState("live");
    this.#closeOpened();
    this.#opened.value = { key, source };
    let last = first;
    let doubts = 0;
    this.#stopFollowing = followSession(this.#path(key), async () => {
      // One that could not be read at first is read now.
      const before = await last.catch(() => null);
      const next = await this.#read(key, before?.tag);
      if (!next || this.#opened.peek()?.key !== key) return next?.source.logs.close();
      // One that is being removed loses its files one by one: what was read of it before stays.
      if (before && hasLost(before.source.header, next.source.header) && doubts++ < doubtsMax) {
        next.source.logs.close();
        throw new Error("The session has less than before.");
      }
      doubts = 0;
      last = Promise.resolve(next);
      this.#opened.value = { key, source: Promise.resolve(next.source) };
      // What is on screen until the next one is drawn may still ask the one before.
      setTimeout(() => before?.source.logs.close(), closing_ms);
    });
  }

  #leave(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    setLiveState("live");
    this.#closeOpened();
    this.#opened.value = null;
  }

  #closeOpened(): void {
    const opened = this.#opened.peek();
    void opened?.source.then((old) => (old as EmbeddedSource).logs.close(), () => {});
  }

  /** Reads a session; null where what was read under the tag is still right. */
  async #read(key: string, known?: string): Promise<Reading | null> {
    const response = await ask(`${this.#path(key)}/bundle`, known);
    if (!response) return null;
    if (!response.body) throw new Error("Cannot read the session: the answer is empty.");
    const chunks: Chunk[] = [];
    try {
      const body = response.body as ReadableStream<Uint8Array<ArrayBuffer>>;
      for await (const chunk of readFrames(body)) chunks.push(chunk);
    } catch (cause) {
      // The browser's own words are "network error".
      throw cause instanceof TypeError ? new Error(noAnswer, { cause }) : cause;
    }
    const last = chunks.pop();
    if (last?.kind !== "header") throw new Error("Cannot read the session: its header is missing.");
    const header = JSON.parse(new TextDecoder().decode(last.bytes)) as ReportHeader;
    const source = new EmbeddedSource(header, this.#startPort);
    for (const chunk of chunks) source.take(chunk);
    source.take({ ...last, kind: "end" });
    return { source, tag: response.headers.get("etag") ?? "" };
  }

  #readIfShown(): void {
    if (route.peek().session !== null || document.hidden || liveState.peek() === "paused") return;
    void this.#readHead();
  }

  async #readHead(): Promise<void> {
    try {
      const response = await ask("/head.json", this.#headTag);
      setLiveState("live");
      if (!response) return;
      this.#headTag = response.headers.get("etag") ?? "";
      this.#head.value = wholeHead(await response.json() as SummariesHead);
    } catch {
      // It is asked again; what was there stays.
      if (route.peek().session === null) setLiveState("lost");
    }
  }

  #path(key: string): string {
    return `${this.#api}/sessions/${encodeURIComponent(key)}`;
  }
}

/** Records of which a session that is recorded gets only more. */
const growing = ["logs", "llm_calls", "traces", "errors", "changes", "metrics"] as const;

function hasLost(before: ReportHeader, after: ReportHeader): boolean {
  return (before.session.has_state && !after.session.has_state) ||
    growing.some((kind) => after.counts[kind] < before.counts[kind]);
}
