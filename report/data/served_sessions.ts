/**
 * Sessions that a server gives: each is fetched when it is opened, and again while it is recorded.
 *
 * @module
 */

import { effect, signal } from "@preact/signals";
import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import type { SessionsHead } from "../../lib/bundle/session_card.ts";
import { route } from "../state/route.ts";
import { readFrames } from "./bundle_frames.ts";
import { type Chunk, EmbeddedSource } from "./embedded_source.ts";
import { followSession } from "./follow_session.ts";
import type { FromWorker, LogPort } from "./log_protocol.ts";
import type { SessionsSource } from "./sessions_source.ts";

/** How often the table of sessions is asked for while it is on screen, in milliseconds. */
export const sessionsPoll_ms = 3000;

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

  /**
   * @param head The sessions as the page came.
   * @param api Where the server's routes begin.
   * @param startPort Starts the place where a session's log text is kept.
   */
  constructor(
    head: SessionsHead,
    api: string,
    startPort: (onMessage: (message: FromWorker) => void) => LogPort,
  ) {
    this.#head = signal(head);
    this.#api = api;
    this.#startPort = startPort;
    effect(() => {
      if (route.value.session === null) this.#leave();
    });
    setInterval(() => {
      if (route.peek().session === null && !document.hidden) void this.#readHead();
    }, sessionsPoll_ms);
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
    const source = this.#fetch(key);
    // Not while it is drawn: the drawing reads it.
    queueMicrotask(() => this.#show(key, source));
    return source;
  }

  #show(key: string, source: Promise<DataSource>): void {
    this.#stopFollowing?.();
    this.#opened.value = { key, source };
    this.#stopFollowing = followSession(`${this.#path(key)}/stream`, async () => {
      const before = this.#opened.peek();
      const next = await this.#fetch(key);
      if (before?.key !== key || this.#opened.peek() !== before) return;
      this.#opened.value = { key, source: Promise.resolve(next) };
      // What is on screen until the next one is drawn may still ask the one before.
      const old = await before.source;
      setTimeout(() => (old as EmbeddedSource).logs.close(), 10_000);
    });
  }

  #leave(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    const opened = this.#opened.peek();
    this.#opened.value = null;
    void opened?.source.then((old) => (old as EmbeddedSource).logs.close(), () => {});
  }

  async #fetch(key: string): Promise<DataSource> {
    const response = await ask(`${this.#path(key)}/bundle`);
    if (!response.body) throw new Error("Cannot read the session: the answer is empty.");
    const chunks: Chunk[] = [];
    for await (
      const chunk of readFrames(response.body as ReadableStream<Uint8Array<ArrayBuffer>>)
    ) {
      chunks.push(chunk);
    }
    const last = chunks.pop();
    if (last?.kind !== "header") throw new Error("Cannot read the session: its header is missing.");
    const header = JSON.parse(new TextDecoder().decode(last.bytes)) as ReportHeader;
    const source = new EmbeddedSource(header, this.#startPort);
    for (const chunk of chunks) source.take(chunk);
    source.take({ ...last, kind: "end" });
    return source;
  }

  async #readHead(): Promise<void> {
    try {
      const head = await (await ask("/head.json")).json() as SessionsHead;
      if (JSON.stringify(head) !== JSON.stringify(this.#head.peek())) this.#head.value = head;
    } catch {
      // It is asked again; what was there stays.
    }
  }

  #path(key: string): string {
    return `${this.#api}/sessions/${encodeURIComponent(key)}`;
  }
}

/** Asks the server; what it refuses is an error with its own words. */
async function ask(path: string): Promise<Response> {
  const response = await fetch(path, { cache: "no-cache", credentials: "same-origin" }).catch(
    () => {
      throw new Error("The server does not answer. Is planloop web still running?");
    },
  );
  if (response.ok) return response;
  const problem = await response.json().catch(() => null) as { detail?: string } | null;
  throw new Error(problem?.detail ?? `The server answered with status ${response.status}.`);
}
