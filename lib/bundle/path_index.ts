/**
 * Which state change altered which paths, over the whole session.
 *
 * @module
 */

import { byTime } from "../analyse/time_order.ts";
import type { EpochMs } from "../format/mod.ts";
import { JsonText } from "./json_text.ts";

/** Most altered paths that are indexed, counted once for each change; about 4 bytes each. */
export const indexedPathsMax = 1_000_000;

/** Most characters of different paths that are indexed. */
export const indexedCharsMax = 16_000_000;

/** Collects the paths of changes, each different path once. */
export class PathIndex {
  readonly #ids = new Map<string, number>();
  readonly #changes: { time: EpochMs | null; paths: number[] }[] = [];
  #entries = 0;
  #chars = 0;
  #leftOut = 0;

  /** Takes a change; its paths beyond the limits are only counted. */
  add(time: EpochMs | null, paths: readonly string[]): void {
    const ids: number[] = [];
    for (const path of paths) {
      const id = this.#entries < indexedPathsMax ? this.#id(path) : undefined;
      if (id === undefined) this.#leftOut++;
      else {
        this.#entries++;
        ids.push(id);
      }
    }
    this.#changes.push({ time, paths: ids });
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

  /** The section as UTF-8, its changes in the order of the section of changes. Ends the index. */
  finish(): Uint8Array<ArrayBuffer> {
    const text = new JsonText();
    text.write('{"names":[');
    let first = true;
    for (const path of this.#ids.keys()) {
      text.write(`${first ? "" : ","}${JSON.stringify(path)}`);
      first = false;
    }
    text.write('],"changes":[');
    this.#changes.sort((a, b) => byTime(a.time, b.time));
    this.#changes.forEach(({ paths }, i) => text.write(`${i === 0 ? "" : ","}[${paths.join()}]`));
    text.write(`],"left_out":${this.#leftOut}}`);
    this.#changes.length = 0;
    this.#ids.clear();
    return text.finish();
  }
}
