/**
 * Which state change altered which paths, over the whole session.
 *
 * @module
 */

import { byMoment, type Moment } from "../analyse/time_order.ts";
import { jsonPieces, listTexts } from "./json_text.ts";

/** Most altered paths that are indexed, counted once for each change; about 4 bytes each. */
export const indexedPathsMax = 1_000_000;

/** Most characters of different paths that are indexed. */
export const indexedCharsMax = 16_000_000;

/** Collects the paths of changes, each different path once. */
export class PathIndex {
  readonly #ids = new Map<string, number>();
  readonly #changes: (Moment & { paths: number[] })[] = [];
  #entries = 0;
  #chars = 0;
  #leftOut = 0;

  /** Takes a change; its paths beyond the limits are only counted. */
  add(moment: Moment, paths: readonly string[]): void {
    const ids: number[] = [];
    for (const path of paths) {
      const id = this.#entries < indexedPathsMax ? this.#id(path) : undefined;
      if (id === undefined) this.#leftOut++;
      else {
        this.#entries++;
        ids.push(id);
      }
    }
    this.#changes.push({ ...moment, paths: ids });
  }

  #id(path: string): number | undefined {
    let id = this.#ids.get(path);
    if (id === undefined && this.#chars + path.length <= indexedCharsMax) {
      id = this.#ids.size;
      this.#ids.set(path, id);
      this.#chars += path.length;
    }
    return id;
  }

  /** The section as UTF-8, in pieces, its changes in the order of the section of changes. */
  finish(): Iterable<Uint8Array> {
    return jsonPieces(this.#texts());
  }

  *#texts(): Generator<string, void, void> {
    const changes = this.#changes.toSorted(byMoment);
    yield '{"names":';
    yield* listTexts(this.#ids.keys());
    yield ',"changes":';
    yield* listTexts(changes, ({ paths }) => `[${paths.join()}]`);
    yield `,"left_out":${this.#leftOut}}`;
  }
}
