/**
 * Files beside the page, fetched when something in them is wanted. From disk a page can load
 * nothing but scripts, so each is one that calls {@linkcode SideFiles.hand} with its data.
 *
 * @module
 */

import {
  type SideChunk,
  type SideKind,
  type SideList,
  sidePath,
} from "../../lib/bundle/side_list.ts";
import { decodeWide } from "../../lib/bundle/wide_text.ts";
import { joinBytes } from "./base64.ts";
import type { Chunk } from "./embedded_source.ts";

/** How long a file that could not be had is not asked for again, in milliseconds. */
export const failureKept_ms = 2000;

/** Runs a script of the report's folder; rejects where there is none. */
export type LoadScript = (path: string) => Promise<void>;

/** A report's side files. Each is fetched once. */
export class SideFiles {
  readonly #list: SideList;
  readonly #load: LoadScript;
  readonly #fetched = new Map<number, Promise<void>>();
  /** What the files that are under way have handed over. */
  readonly #handed = new Map<number, unknown>();

  /** @param load Default: as a classic script. */
  constructor(list: SideList, load: LoadScript = loadScript) {
    this.#list = list;
    this.#load = load;
  }

  /** Takes a file's call. One that was not asked for, or calls again, is ignored. */
  hand(key: unknown, number: unknown, data: unknown): void {
    if (key !== this.#list.key || typeof number !== "number") return;
    if (this.#handed.has(number)) this.#handed.set(number, this.#handed.get(number) ?? data);
  }

  /**
   * Loads the file with a block, unless that was done. A block that is in none is in the page.
   *
   * @param take Called with each chunk of the file.
   * @throws {Error} If the file is missing, damaged, or not of this report.
   */
  load(
    session: number,
    kind: SideKind,
    block: number,
    take: (chunk: Chunk) => void,
  ): Promise<void> {
    const number = this.#list.files.findIndex((file) =>
      file.session === session && file.kind === kind &&
      (kind === "start" || block >= file.first && block < file.first + file.count)
    );
    if (number < 0) return Promise.resolve();
    let fetched = this.#fetched.get(number);
    if (!fetched) {
      fetched = this.#fetch(number).then((chunks) => chunks.forEach(take));
      this.#fetched.set(number, fetched);
      fetched.catch(() => setTimeout(() => this.#fetched.delete(number), failureKept_ms));
    }
    return fetched;
  }

  async #fetch(number: number): Promise<Chunk[]> {
    const { key } = this.#list;
    const path = sidePath(key, number);
    this.#handed.set(number, null);
    try {
      await this.#load(path);
      return this.#decode(number, this.#handed.get(number));
    } catch (error) {
      const what = error instanceof TypeError || error instanceof SyntaxError ||
          error instanceof RangeError ||
          error instanceof DOMException
        ? "is damaged, or of another report"
        : "is missing, or may not be loaded here";
      throw new Error(`${path} ${what}: copy or unpack the report's whole folder.`, {
        cause: error,
      });
    } finally {
      this.#handed.delete(number);
    }
  }

  /** Throws a `TypeError` or `SyntaxError` for anything else than what the list says. */
  #decode(number: number, handed: unknown): Chunk[] {
    const { session, kind: wanted, first, count } = this.#list.files[number]!;
    const chunks = readComment(handed) as SideChunk[];
    if (chunks.length !== count) throw new TypeError("another content");
    return chunks.map(([kind, name, inflated, ...pieces], i) => {
      if (wanted !== "start" && (kind !== wanted || name !== first + i)) {
        throw new TypeError("another block");
      }
      return {
        kind,
        session,
        name: kind === "section" ? String(name) : "",
        index: Number(name) || 0,
        inflated,
        part: 0,
        parts: 1,
        bytes: joinBytes(pieces.map(decodeWide)),
      };
    });
  }
}

/** A function's comment, as JSON. The function itself is never called. */
function readComment(handed: unknown): unknown {
  if (typeof handed !== "function") throw new TypeError("no data");
  const text = Function.prototype.toString.call(handed);
  return JSON.parse(text.slice(text.indexOf("/*") + 2, text.lastIndexOf("*/")));
}

function loadScript(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = path;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error("no such script"));
    document.head.append(script);
    script.remove();
  });
}
