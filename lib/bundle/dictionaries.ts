/**
 * Numbers for the words that repeat in a log: operations, traces, events, files.
 *
 * @module
 */

import { ExtraWriter } from "./extra_text.ts";
import type { LogDictionaries } from "./sections.ts";

/** How many distinct words each dictionary can number: what its column can hold, less one. */
export const dictionarySizeMax = {
  operations: 0xffff,
  traces: 0xff_ffff,
  events: 0xff,
  files: 0xff,
} as const;

/** What stands in a full dictionary for every further word; a row's own word is kept in its text. */
export const otherWord = "(other)";

/** One growing list of words. Numbers go by first appearance, so the same log gives the same list. */
class Words {
  readonly list: string[];
  readonly #numbers = new Map<string, number>();
  readonly #sizeMax: number;
  readonly #clean: (word: string) => string;

  constructor(sizeMax: number, clean: (word: string) => string, first?: string) {
    this.#sizeMax = sizeMax;
    this.#clean = clean;
    this.list = first === undefined ? [] : [first];
  }

  /** The word's number, or `sizeMax` when the list is full: the place of {@linkcode otherWord}. */
  number(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    const number = this.list.length;
    if (number >= this.#sizeMax) {
      if (number === this.#sizeMax) this.list.push(otherWord);
      return this.#sizeMax;
    }
    this.list.push(this.#clean(word));
    this.#numbers.set(word, number);
    return number;
  }
}

/** Gives out the numbers while a log is encoded; {@linkcode DictionaryBuilder.finish} lists them. */
export class DictionaryBuilder {
  /** What becomes of a word before it is stored: redaction, or nothing. */
  readonly clean: (word: string) => string;
  /** Writes the rows' further keys, all with the same session left out. */
  readonly extra: ExtraWriter = new ExtraWriter();
  readonly #operations: Words;
  readonly #traces: Words;
  readonly #events: Words;
  readonly #files: Words;

  /** @param clean Called once for each distinct word. Default: words stay as they are. */
  constructor(clean: (word: string) => string = (word) => word) {
    this.clean = clean;
    this.#operations = new Words(dictionarySizeMax.operations, clean);
    this.#traces = new Words(dictionarySizeMax.traces, clean, "");
    this.#events = new Words(dictionarySizeMax.events, clean, "");
    this.#files = new Words(dictionarySizeMax.files, clean);
  }

  operation(word: string): number {
    return this.#operations.number(word);
  }

  /** 0 for null. */
  trace(id: string | null): number {
    return id === null ? 0 : this.#traces.number(id);
  }

  /** 0 for null. */
  event(name: string | null): number {
    return name === null ? 0 : this.#events.number(name);
  }

  file(path: string): number {
    return this.#files.number(path);
  }

  /** The words so far, each at its number. The lists are live: copy them before encoding goes on. */
  finish(): LogDictionaries {
    return {
      operations: this.#operations.list,
      traces: this.#traces.list,
      events: this.#events.list,
      files: this.#files.list,
      session_id: this.extra.session,
    };
  }
}
