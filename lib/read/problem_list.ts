/**
 * Problems, collected within bounds.
 *
 * @module
 */

import type { Problem } from "../format/mod.ts";

/** How many problems a {@linkcode ProblemList} keeps one by one; further ones are only counted. */
export const problemsMax = 2000;

/** How many (file, kind) pairs of counted problems a list keeps; the rest share one entry. */
export const countedProblemsMax = 500;

/**
 * A list of problems that stays small whatever the damage: after {@linkcode problemsMax} the
 * further ones of a file and kind become one problem with a `count`.
 */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #keys = new Set<string>();
  readonly #counted = new Map<string, Problem>();

  /** What was added, in order; the live list. */
  get list(): readonly Problem[] {
    return this.#problems;
  }

  /** Adds a problem; the very same one is not added twice. */
  add(problem: Problem): void {
    const key = `${problem.file}\n${problem.kind}\n${problem.line}\n${problem.byte_start}\n` +
      problem.reason;
    if (this.#keys.has(key)) return;
    if (this.#keys.size < problemsMax) {
      this.#keys.add(key);
      this.#problems.push(problem);
    } else {
      this.#count(problem);
    }
  }

  #count(problem: Problem): void {
    const own = `${problem.file}\n${problem.kind}\n${problem.lost}`;
    const isNew = !this.#counted.has(own) && this.#counted.size >= countedProblemsMax;
    const file = isNew ? "" : problem.file;
    const kind = isNew ? "wrong_shape" : problem.kind;
    const lost = isNew || problem.lost;
    const key = isNew ? "" : own;
    const known = this.#counted.get(key);
    const more = problem.count ?? 1;
    if (known) {
      known.count = (known.count ?? 1) + more;
      known.reason = furtherReason(known.count);
      return;
    }
    const entry: Problem = { file, kind, reason: furtherReason(more), lost, count: more };
    this.#counted.set(key, entry);
    this.#problems.push(entry);
  }
}

function furtherReason(count: number): string {
  return `${count} further ${count === 1 ? "problem" : "problems"} like those listed`;
}
