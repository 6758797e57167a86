/**
 * Lines of a session's logs while they are written.
 *
 * @module
 */

import { byTime } from "../analyse/mod.ts";
import { sessionLayout } from "../format/mod.ts";
import type { LogRow } from "../read/mod.ts";
import { joinPath, type Runtime, systemRuntime } from "../runtime/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { FollowedFile } from "./followed_file.ts";
import { logRowFits, type RecordFilter } from "./record_filter.ts";

/** How often a log is looked at where the system tells of no change, in milliseconds. */
export const followPollMs = 500;

/**
 * Follows the logs of one session. Nothing is missed and nothing is given twice where a log is
 * rotated, rewritten by a scrub, or not there yet; a line that is half written waits for its end.
 *
 * @example Errors as they happen
 * ```ts
 * import { openSession } from "planloop";
 * import { LogFollower } from "planloop/query";
 * import { openHome } from "planloop/store";
 *
 * const recorded = openSession({ name: "example" });
 * const follower = new LogFollower(openHome(recorded.home).findSession(recorded.id));
 * recorded.error("it failed");
 * for await (const rows of follower.rows({ level: "ERROR" })) {
 *   console.log(rows[0]?.record().message); // "it failed"
 *   break;
 * }
 * ```
 */
export class LogFollower {
  /**
   * By file: where it ended when following began, after its last whole line. What is before is read
   * by `session.logRows(ends)`, what is behind is given by {@linkcode rows}.
   */
  readonly ends: ReadonlyMap<string, number>;
  readonly #files: FollowedFile[];
  readonly #folder: string;
  readonly #runtime: Runtime;

  /** Notes where the logs end. */
  constructor(session: StoredSession, runtime: Runtime = systemRuntime()) {
    this.#runtime = runtime;
    this.#folder = joinPath(session.path, sessionLayout.logs);
    this.#files = session.followableLogs().map((log) =>
      new FollowedFile(log, session.path, runtime.clock)
    );
    this.ends = new Map(this.#files.map(({ file, start }) => [file, start]));
  }

  /**
   * The rows that fit, as they are written, until the signal is aborted or nobody asks for more. Then
   * the files are closed, so that rows can be asked for once only. Waiting does not keep the process
   * alive.
   */
  async *rows(
    filter: RecordFilter = {},
    signal?: AbortSignal,
  ): AsyncGenerator<readonly LogRow[], void, void> {
    const fits = logRowFits(filter);
    const changes = new Changes(this.#folder, this.#runtime, signal);
    try {
      while (!signal?.aborted) {
        const written = this.#read();
        const rows = fits ? written.filter(fits) : written;
        if (rows.length > 0) yield rows;
        if (!this.#files.some(({ isBehind }) => isBehind)) await changes.next();
      }
    } finally {
      changes.close();
      for (const file of this.#files) file.close();
    }
  }

  /** What is new in all files, by time. */
  #read(): LogRow[] {
    const [first, ...others] = this.#files.map((file) => file.read())
      .filter((rows) => rows.length > 0);
    if (first === undefined) return [];
    if (others.length === 0) return first;
    return [...first, ...others.flat()].sort((a, b) => byTime(a.time, b.time));
  }
}

/** Notices that something may have changed. */
class Changes {
  readonly #runtime: Runtime;
  readonly #stopWatching: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #wake = (): void => {
    this.#isChanged = true;
    this.#resolve?.();
  };
  #isChanged = false;
  #resolve: (() => void) | undefined;

  constructor(folder: string, runtime: Runtime, signal: AbortSignal | undefined) {
    this.#runtime = runtime;
    this.#signal = signal;
    this.#stopWatching = runtime.files.watch(folder, this.#wake);
    signal?.addEventListener("abort", this.#wake);
  }

  /** Resolves after a change since it was last asked for, or when it is time to look anyway. */
  async next(): Promise<void> {
    const stop = this.#runtime.clock.after(followPollMs, this.#wake);
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      if (this.#isChanged || this.#signal?.aborted) resolve();
    });
    stop();
    this.#isChanged = false;
  }

  close(): void {
    this.#stopWatching();
    this.#signal?.removeEventListener("abort", this.#wake);
  }
}
