/**
 * Whether a session changed, without reading it.
 *
 * @module
 */

import { sessionLayout } from "../format/mod.ts";
import { joinPath, type Runtime } from "../runtime/mod.ts";

/** Files that are looked at one by one: they are written in place, or replaced. */
const watchedFiles = [
  sessionLayout.state,
  sessionLayout.plan,
  sessionLayout.deadlock,
  sessionLayout.feedback,
  sessionLayout.lock,
  sessionLayout.lockInfo,
] as const;

/** Folders of which each file is looked at: few, or growing in place. */
const grownIn = /^(?:planloop|performance|agent-transcript)\b/;

/** Folders whose record files appear whole: that changes the folder. Journals in them grow. */
const recordFolders = [
  sessionLayout.traces,
  sessionLayout.llmTranscripts,
  sessionLayout.diffs,
  sessionLayout.errors,
] as const;

const journal = /\.journal\.jsonl$/;

/** What of a session may have changed; names relative to its folder. */
export type SessionParts = ReadonlyMap<string, string>;

/** Looks at sizes and times of last changes: what a session's answers depend on. */
export class SessionVersions {
  readonly #root: string;
  readonly #runtime: Runtime;
  /** The journals of each folder, as of its last change. */
  readonly #journals = new Map<string, { folder: string; names: readonly string[] }>();

  /** @param root The session's folder, absolute. */
  constructor(root: string, runtime: Runtime) {
    this.#root = root;
    this.#runtime = runtime;
  }

  /** Each part that exists with what changes when it changes. Empty where the session is gone. */
  parts(): SessionParts {
    const parts = new Map<string, string>();
    const look = (file: string): string | null => {
      const sign = this.#sign(file);
      if (sign !== null) parts.set(file, sign);
      return sign;
    };
    for (const file of watchedFiles) look(file);
    look(sessionLayout.lockQueue);
    for (const name of this.#names(sessionLayout.logs)) {
      if (grownIn.test(name)) look(`${sessionLayout.logs}/${name}`);
    }
    for (const folder of recordFolders) {
      const sign = look(folder);
      for (const name of this.#journalsOf(folder, sign)) look(`${folder}/${name}`);
    }
    return parts;
  }

  /** All of it in one short text. */
  version(): string {
    return versionText(this.parts());
  }

  #journalsOf(folder: string, sign: string | null): readonly string[] {
    if (sign === null) return [];
    const known = this.#journals.get(folder);
    if (known?.folder === sign) return known.names;
    const names = this.#names(folder).filter((name) => journal.test(name));
    this.#journals.set(folder, { folder: sign, names });
    return names;
  }

  #names(folder: string): string[] {
    try {
      return this.#runtime.files.listNames(joinPath(this.#root, folder));
    } catch {
      return [];
    }
  }

  #sign(file: string): string | null {
    try {
      const stat = this.#runtime.files.stat(joinPath(this.#root, file));
      return stat ? `${stat.kind === "directory" ? 0 : stat.sizeBytes}:${stat.modified}` : null;
    } catch {
      return null;
    }
  }
}

/** A short text that differs where the parts differ. */
export function versionText(parts: SessionParts): string {
  let a = 0x811c9dc5;
  let b = 0x1000193;
  for (const [file, sign] of [...parts].sort(([x], [y]) => x < y ? -1 : 1)) {
    const text = `${file}=${sign}\n`;
    for (let i = 0; i < text.length; i++) {
      a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
      b = Math.imul(b + text.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13);
    }
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

/** The parts that are new, gone or different. */
export function changedParts(before: SessionParts, after: SessionParts): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}
