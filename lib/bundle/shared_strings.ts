/**
 * Long strings of documents, stored once: a conversation repeats all of itself with every call.
 *
 * In a document, a string that is a document of its own stands as U+0001 and its place; a string
 * that itself begins with U+0001 has one more in front.
 *
 * @module
 */

import type { DocumentRef } from "./sections.ts";

/** Length from which on a string is looked for among earlier ones, in UTF-16 units. */
export const sharedLengthMin = 200;

/** Length of all strings that are remembered, in UTF-16 units; the oldest give way. */
export const sharedLengthMax: number = 16 * 1024 * 1024;

const mark = "\u0001";

/** Remembers long strings and where they are stored. */
export class SharedStrings {
  readonly #places = new Map<string, DocumentRef>();
  readonly #store: (json: string) => DocumentRef;
  #length = 0;

  /** @param store Stores a document, as JSON. */
  constructor(store: (json: string) => DocumentRef) {
    this.#store = store;
  }

  /** A record as JSON, in which long strings are places. */
  toJson(record: unknown): string {
    return JSON.stringify(
      record,
      (_key, value: unknown) => typeof value === "string" ? this.#shared(value) : value,
    ) ?? "null";
  }

  #shared(text: string): string {
    if (text.length < sharedLengthMin) return text.startsWith(mark) ? mark + text : text;
    let place = this.#places.get(text);
    // Put behind the others again: what is repeated will be repeated.
    if (place) this.#places.delete(text);
    else {
      place = this.#store(JSON.stringify(text));
      this.#length += text.length;
    }
    this.#places.set(text, place);
    while (this.#length > sharedLengthMax) this.#forgetOldest();
    return mark + place.join(":");
  }

  #forgetOldest(): void {
    const oldest = this.#places.keys().next().value!;
    this.#places.delete(oldest);
    this.#length -= oldest.length;
  }
}

/** The places of the strings that a document lacks, each once. */
export function sharedPlaces(document: unknown): DocumentRef[] {
  const places = new Map<string, DocumentRef>();
  eachString(document, (text) => {
    const place = placeOf(text);
    if (place) places.set(text, place);
    return text;
  });
  return [...places.values()];
}

/**
 * Puts a document's strings back, in the document itself.
 *
 * @param read Gives the string that is stored at a place.
 */
export function restoreStrings(
  document: unknown,
  read: (place: DocumentRef) => string,
): unknown {
  return eachString(document, (text) => {
    const place = placeOf(text);
    return place ? read(place) : text.startsWith(mark) ? text.slice(1) : text;
  });
}

function placeOf(text: string): DocumentRef | null {
  if (!text.startsWith(mark)) return null;
  const [, block, start, bytes] = /^(\d+):(\d+):(\d+)$/.exec(text.slice(1)) ?? [];
  return block === undefined ? null : [Number(block), Number(start), Number(bytes)];
}

/** Replaces every string below a value. Without recursion: a document may be of any depth. */
function eachString(value: unknown, replace: (text: string) => string): unknown {
  const top: Record<string, unknown> = { value };
  const open: Record<string, unknown>[] = [top];
  for (let parent = open.pop(); parent; parent = open.pop()) {
    for (const key of Object.keys(parent)) {
      const child = parent[key];
      if (typeof child === "string") parent[key] = replace(child);
      else if (typeof child === "object" && child !== null) {
        open.push(child as Record<string, unknown>);
      }
    }
  }
  return top["value"];
}
