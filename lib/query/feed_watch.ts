/**
 * Tells whoever waits that a session changed.
 *
 * @module
 */

import { sessionLayout } from "../format/mod.ts";
import { joinPath, type Runtime, systemRuntime } from "../runtime/mod.ts";
import { changedParts, type SessionParts, SessionVersions } from "./session_version.ts";

/** How often a session is looked at where the system tells of no change, in milliseconds. */
export const feedPollMs = 1000;

/** How long further changes are waited for, in milliseconds: they come in crowds. */
const gatherMs = 25;

const watchedFolders = [
  "",
  sessionLayout.logs,
  sessionLayout.traces,
  sessionLayout.llmTranscripts,
  sessionLayout.errors,
  sessionLayout.diffs,
] as const;

/** Takes the parts of a session that changed: names relative to its folder. */
export type ChangeListener = (parts: readonly string[]) => void;

/** What a session that is gone is said to have changed. */
export const endOfFeed: readonly string[] = ["."];

/** Watches one session as long as somebody listens, however many they are. */
export class FeedWatch {
  readonly #root: string;
  readonly #runtime: Runtime;
  readonly #versions: SessionVersions;
  readonly #listeners = new Set<ChangeListener>();
  #seen: SessionParts = new Map();
  #stops: (() => void)[] = [];
  #isGathering = false;

  /** @param root The session's folder, absolute. */
  constructor(root: string, runtime: Runtime = systemRuntime()) {
    this.#root = root;
    this.#runtime = runtime;
    this.#versions = new SessionVersions(root, runtime);
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** What the session is like now. */
  parts(): SessionParts {
    return this.#versions.parts();
  }

  /** Calls back after changes, until the returned function is called. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#start();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#stop();
    };
  }

  #start(): void {
    this.#seen = this.parts();
    for (const folder of watchedFolders) {
      this.#stops.push(this.#runtime.files.watch(joinPath(this.#root, folder), this.#gather));
    }
    this.#poll();
  }

  #stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #poll(): void {
    const stop = this.#runtime.clock.after(feedPollMs, () => {
      this.#stops = this.#stops.filter((other) => other !== stop);
      if (this.#listeners.size === 0) return;
      this.#look();
      this.#poll();
    });
    this.#stops.push(stop);
  }

  readonly #gather = (): void => {
    if (this.#isGathering || this.#listeners.size === 0) return;
    this.#isGathering = true;
    this.#runtime.clock.after(gatherMs, () => {
      this.#isGathering = false;
      if (this.#listeners.size > 0) this.#look();
    });
  };

  #look(): void {
    const now = this.parts();
    const changed = changedParts(this.#seen, now);
    this.#seen = now;
    if (changed.length === 0) return;
    const parts = now.size === 0 ? endOfFeed : changed;
    for (const listener of [...this.#listeners]) listener(parts);
  }
}
