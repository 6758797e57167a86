/**
 * The home's sessions, as the server keeps them between requests.
 *
 * @module
 */

import { sessionLayout } from "../lib/format/mod.ts";
import { FeedWatch, versionText } from "../lib/query/mod.ts";
import { joinPath } from "../lib/runtime/mod.ts";
import {
  AmbiguousSessionError,
  type Home,
  openHome,
  SessionNotFoundError,
  type SessionSummary,
  StoredSession,
} from "../lib/store/mod.ts";
import type { ServerOptions } from "./options.ts";
import { RequestError } from "./problem.ts";
import { Answers } from "./answers.ts";
import { LogPages } from "./log_pages.ts";
import { SessionStream } from "./session_stream.ts";

/** Most sessions that are kept between requests. */
export const sessionsKept = 32;

/** Most memory of all logs' indexes together, in bytes; those asked for last are kept. */
export const indexBytesMax: number = 256 * 1024 * 1024;

/** Most characters of an id. */
const idCharsMax = 300;

/** A session and what was worked out for it. */
export interface OpenedSession {
  readonly stored: StoredSession;
  readonly watch: FeedWatch;
  readonly answers: Answers;
  readonly logs: LogPages;
  readonly stream: SessionStream;
}

/** Finds sessions by the ids of addresses. */
export class Sessions {
  readonly #options: ServerOptions;
  /** Least recently used first. */
  readonly #opened = new Map<string, OpenedSession>();
  /** Each session's summary, with what its state's file was like. */
  readonly #summaries = new Map<string, { sign: string; summary: SessionSummary }>();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** The home as it is now: what was removed, or is no session of it any more, is not found. */
  home(): Home {
    return openHome(this.#options.home, this.#options.runtime);
  }

  /** Every session in a few words, newest first, and what is wrong with the home. */
  list(): { home: Home; summaries: SessionSummary[] } {
    const home = this.home();
    const summaries = home.sessions().map((session) => this.#summary(session));
    return { home, summaries };
  }

  /**
   * The session of an address: its id, or the start of it where no other one begins so.
   *
   * @throws {RequestError} Where there is none, or it was removed.
   */
  find(id: string): OpenedSession {
    const stored = this.#findStored(id);
    const known = this.#opened.get(stored.id);
    this.#opened.delete(stored.id);
    const opened = known ?? this.#open(stored);
    this.#opened.set(stored.id, opened);
    for (const [old, { watch }] of this.#opened) {
      if (this.#opened.size <= sessionsKept) break;
      if (watch.listeners === 0 && old !== stored.id) this.#opened.delete(old);
    }
    return opened;
  }

  /** Gives back the memory of indexes that were not asked for of late, where it is too much. */
  trim(): void {
    let bytes = 0;
    for (const { logs } of [...this.#opened.values()].reverse()) {
      bytes += logs.bytes;
      if (bytes > indexBytesMax && bytes > logs.bytes) logs.forget();
    }
  }

  /** The session with nothing read yet. */
  fresh({ stored }: OpenedSession): StoredSession {
    return new StoredSession(stored.id, stored.path, { runtime: this.#options.runtime });
  }

  /** What its log's answers depend on. */
  logVersion({ watch }: OpenedSession): string {
    const parts = [...watch.parts()].filter(([name]) =>
      name.startsWith(sessionLayout.log.slice(0, -6))
    );
    return versionText(new Map(parts));
  }

  /** What a session's answers depend on. */
  version(session: OpenedSession): string {
    return versionText(session.watch.parts());
  }

  #open(stored: StoredSession): OpenedSession {
    const { runtime, redactor, heartbeatMs } = this.#options;
    const watch = new FeedWatch(stored.path, runtime);
    return {
      stored,
      watch,
      answers: new Answers(stored),
      logs: new LogPages(stored, runtime),
      stream: new SessionStream(stored, watch, { runtime, redactor, heartbeatMs }),
    };
  }

  #findStored(id: string): StoredSession {
    // Only ids: a path would be a way out of the home.
    if (id.length > idCharsMax || /[\\/\0]/.test(id) || id.startsWith(".")) {
      throw new RequestError(
        404,
        `${JSON.stringify(id.slice(0, 80))} is no session id. Expected one of /api/sessions.`,
      );
    }
    try {
      return this.home().findSession(id);
    } catch (error) {
      if (error instanceof AmbiguousSessionError) {
        throw new RequestError(404, error.message, error.candidates);
      }
      if (error instanceof SessionNotFoundError) {
        throw new RequestError(404, error.message, error.nearest);
      }
      throw error;
    }
  }

  #summary(session: StoredSession): SessionSummary {
    const sign = this.#stateSign(session.path);
    const known = this.#summaries.get(session.path);
    if (known && sign !== "" && known.sign === sign) return known.summary;
    const summary = session.summary();
    this.#summaries.set(session.path, { sign, summary });
    return summary;
  }

  /** What its state's file is like; empty where there is none that is a file itself. */
  #stateSign(path: string): string {
    try {
      const stat = this.#options.runtime.files.lstat(joinPath(path, sessionLayout.state));
      return stat?.kind === "file" ? `${stat.sizeBytes}:${stat.modified}` : "";
    } catch {
      return "";
    }
  }
}
