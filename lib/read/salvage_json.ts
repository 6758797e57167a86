/**
 * What can still be read of a JSON file that was cut off.
 *
 * @module
 */

import { stringEnd } from "./json_depth.ts";

/** A cut file's readable part. */
export interface SalvagedJson {
  value: unknown;
  /** The position after the last character that was kept. */
  end: number;
}

/**
 * Reads as much of a cut JSON text as is whole: the member or list element at the cut is left out,
 * and what was open is closed. Of nested lists the *outermost* decides, so a task whose end is
 * missing is left out as a whole, instead of being shown with half of its keys.
 *
 * @returns `null` where not even the start is JSON.
 *
 * @example
 * ```ts
 * import { salvageJson } from "planloop/read";
 *
 * salvageJson('{"tasks":[{"id":1},{"id":2,"ti')?.value; // { tasks: [{ id: 1 }] }
 * ```
 */
export function salvageJson(text: string): SalvagedJson | null {
  const { end, open } = new CutScanner(text).scan();
  if (end <= 0) return null;
  const closing = open.map((bracket) => (bracket === "{" ? "}" : "]")).reverse().join("");
  try {
    return { value: JSON.parse(text.slice(0, end) + closing) as unknown, end };
  } catch {
    return null;
  }
}

type Expect = "value" | "value_or_end" | "key" | "key_or_end" | "colon" | "comma_or_end" | "end";

const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// deno-lint-ignore no-control-regex
const control = /[\u0000-\u001f]/;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Walks JSON text up to its first fault and keeps the last place where it could be closed. */
class CutScanner {
  readonly #text: string;
  #at = 0;
  #stack: string[] = [];
  #lists = 0;
  #expect: Expect = "value";
  #safeEnd = 0;
  #safeDepth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): { end: number; open: string[] } {
    for (;;) {
      this.#skipBlanks();
      if (this.#at >= this.#text.length || !this.#step(this.#text[this.#at]!)) break;
    }
    return { end: this.#safeEnd, open: this.#stack.slice(0, this.#safeDepth) };
  }

  #skipBlanks(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      const atStart = this.#at === 0 && code === 0xfeff;
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09 && !atStart) return;
    }
  }

  /** Takes one token; false where it does not belong there or does not end. */
  #step(character: string): boolean {
    switch (this.#expect) {
      case "colon":
        if (character !== ":") return false;
        this.#at++;
        this.#expect = "value";
        return true;
      case "comma_or_end":
        if (character !== ",") return this.#close(character);
        this.#at++;
        this.#expect = this.#top() === "{" ? "key" : "value";
        return true;
      case "key_or_end":
        if (character === "}") return this.#close(character);
        return this.#key(character);
      case "key":
        return this.#key(character);
      case "value_or_end":
        if (character === "]") return this.#close(character);
        return this.#value(character);
      case "value":
        return this.#value(character);
      case "end":
        return false;
    }
  }

  #key(character: string): boolean {
    if (character !== '"' || !this.#string()) return false;
    this.#expect = "colon";
    return true;
  }

  #value(character: string): boolean {
    if (character === "{" || character === "[") {
      this.#stack.push(character);
      if (character === "[") this.#lists++;
      this.#at++;
      this.#expect = character === "{" ? "key_or_end" : "value_or_end";
      this.#markSafe();
      return true;
    }
    if (character === '"') {
      if (!this.#string()) return false;
    } else {
      literal.lastIndex = this.#at;
      const match = literal.exec(this.#text);
      const end = match ? literal.lastIndex : this.#at;
      // A number at the very end may have lost digits.
      const isWhole = end < this.#text.length
        ? ",]} \n\r\t".includes(this.#text[end]!)
        : this.#stack.length === 0;
      if (!match || !isWhole) return false;
      this.#at = end;
    }
    this.#afterValue();
    return true;
  }

  #string(): boolean {
    const end = stringEnd(this.#text, this.#at);
    const isClosed = end - this.#at >= 2 && this.#text[end - 1] === '"' &&
      !(end === this.#text.length && this.#isOpenString(end));
    if (!isClosed || !this.#isValidString(this.#at + 1, end - 1)) return false;
    this.#at = end;
    return true;
  }

  #isValidString(start: number, end: number): boolean {
    const inner = this.#text.slice(start, end);
    if (control.test(inner)) return false;
    for (let at = inner.indexOf("\\"); at >= 0; at = inner.indexOf("\\", escape.lastIndex)) {
      escape.lastIndex = at;
      if (!escape.test(inner)) return false;
    }
    return true;
  }

  /** Whether a string that runs to the end of the text lacks its closing quotation mark. */
  #isOpenString(end: number): boolean {
    let slashes = 0;
    while (this.#text[end - 2 - slashes] === "\\") slashes++;
    return slashes % 2 === 1;
  }

  #close(character: string): boolean {
    if (character !== (this.#top() === "{" ? "}" : "]")) return false;
    if (this.#stack.pop() === "[") this.#lists--;
    this.#at++;
    this.#afterValue();
    return true;
  }

  #afterValue(): void {
    this.#expect = this.#stack.length === 0 ? "end" : "comma_or_end";
    this.#markSafe();
  }

  /** Remembers this place, unless it is inside of an element of the outermost list. */
  #markSafe(): void {
    if (this.#lists > 1 || (this.#lists === 1 && this.#top() !== "[")) return;
    this.#safeEnd = this.#at;
    this.#safeDepth = this.#stack.length;
  }

  #top(): string | undefined {
    return this.#stack[this.#stack.length - 1];
  }
}
