/**
 * The part of YAML that front matter uses, as PyYAML's `safe_dump` writes it: block mappings and
 * lists, quoted and plain texts folded over lines, `[]` and `{}`.
 *
 * @module
 */

import { type JsonObject, setKey } from "./json_value.ts";
import { readDoubleQuoted, readPlain, readSingleQuoted } from "./yaml_scalar.ts";

/** Deepest nesting that is read. */
export const yamlDepthMax = 16;

/** What was read, and the first line that could not be. */
export interface YamlResult {
  value: JsonObject;
  /** From 1; null where all lines were read. */
  bad_line: number | null;
}

/**
 * Reads a block mapping. Every plain value stays the text that it is in the file (`1e3`, `y`), but
 * `null`, `~` and nothing, which are null: what type a key has is for its reader to know.
 */
export function readYaml(text: string): YamlResult {
  const reader = new YamlReader(text.split(/\r?\n/));
  const value = reader.mapping(0, 0);
  return { value, bad_line: reader.badLine };
}

const keyForm = /^( *)([A-Za-z_][\w.-]*|'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"):(?: +(.*))?$/;
const itemForm = /^( *)-(?: +(.*))?$/;

class YamlReader {
  readonly #lines: readonly string[];
  #at = 0;
  badLine: number | null = null;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  mapping(indent: number, depth: number): JsonObject {
    const value: JsonObject = {};
    while (this.#skipBlank()) {
      const match = keyForm.exec(this.#line());
      const width = match?.[1]?.length ?? indentOf(this.#line());
      if (width < indent) break;
      if (!match || width > indent || depth > yamlDepthMax) {
        this.#skipBad();
        continue;
      }
      this.#at++;
      setKey(value, keyOf(match[2]!), this.#value(match[3] ?? "", indent, depth));
    }
    return value;
  }

  #list(indent: number, depth: number): unknown[] {
    const items: unknown[] = [];
    while (this.#skipBlank()) {
      const match = itemForm.exec(this.#line());
      if (!match || match[1]!.length !== indent) break;
      this.#at++;
      items.push(this.#value(match[2] ?? "", indent, depth));
    }
    return items;
  }

  /** The value that starts with `first`, on a line whose key or dash stands at `indent`. */
  #value(first: string, indent: number, depth: number): unknown {
    const start = first.trim();
    if (start === "" || start.startsWith("#")) return this.#nested(indent, depth);
    if (start.startsWith("'")) return readSingleQuoted(this.#quoted(start, "'"));
    if (start.startsWith('"')) return readDoubleQuoted(this.#quoted(start, '"'));
    if (start.startsWith("[")) return this.#flowList(start, indent);
    if (start === "{}") return {};
    const block = /^([|>])([+-]?)$/.exec(start);
    if (block) return this.#blockText(block[1] === ">", block[2] !== "-", indent);
    return readPlain([start, ...this.#deeper(indent)]);
  }

  #nested(indent: number, depth: number): unknown {
    if (!this.#skipBlank() || depth >= yamlDepthMax) return null;
    const item = itemForm.exec(this.#line());
    // A list under a key may stand as far left as the key itself.
    if (item && item[1]!.length >= indent) return this.#list(item[1]!.length, depth + 1);
    const width = indentOf(this.#line());
    return width > indent ? this.mapping(width, depth + 1) : null;
  }

  /** A quoted text's lines, between its opening and its closing mark. */
  #quoted(first: string, mark: "'" | '"'): string {
    const parts: string[] = [];
    let line = first.slice(1);
    for (;;) {
      const end = mark === "'" ? singleEnd(line) : doubleEnd(line);
      parts.push(end < 0 ? line : line.slice(0, end));
      if (end >= 0) break;
      if (this.#at >= this.#lines.length) {
        this.#markBad(this.#at);
        break;
      }
      line = this.#lines[this.#at++]!;
    }
    return parts.join("\n");
  }

  #flowList(first: string, indent: number): unknown[] {
    const text = [first, ...this.#deeper(indent)].join(" ").trim();
    if (!text.endsWith("]")) this.#markBad(this.#at);
    const items: unknown[] = [];
    const item = /'((?:[^']|'')*)'|"((?:[^"\\]|\\[^])*)"|([^,[\]{}'"\s][^,[\]{}]*)/g;
    for (const [, single, double, plain] of text.slice(1).matchAll(item)) {
      if (single !== undefined) items.push(readSingleQuoted(single));
      else if (double !== undefined) items.push(readDoubleQuoted(double));
      else items.push(readPlain([plain!.trim()]));
    }
    return items;
  }

  #blockText(folds: boolean, keepsEnd: boolean, indent: number): string {
    const lines: string[] = [];
    while (this.#at < this.#lines.length) {
      const line = this.#line();
      if (line.trim() !== "" && indentOf(line) <= indent) break;
      lines.push(line);
      this.#at++;
    }
    while (lines.length > 0 && lines[lines.length - 1]!.trim() === "") lines.pop();
    const width = Math.min(...lines.filter((line) => line.trim() !== "").map(indentOf), 1000);
    const text = lines.map((line) => line.slice(width)).join("\n");
    const shown = folds ? text.replace(/([^\n])\n(?!\n)/g, "$1 ") : text;
    return keepsEnd && shown !== "" ? `${shown}\n` : shown;
  }

  /** The lines that continue a plain text: those further right, and blank ones between them. */
  #deeper(indent: number): string[] {
    const lines: string[] = [];
    for (let at = this.#at; at < this.#lines.length; at++) {
      const line = this.#lines[at]!;
      if (line.trim() !== "" && indentOf(line) <= indent) break;
      lines.push(line.trim());
      if (line.trim() !== "") {
        this.#at = at + 1;
      }
    }
    while (lines.length > 0 && lines[lines.length - 1] === "") lines.pop();
    return lines;
  }

  #line(): string {
    return this.#lines[this.#at]!;
  }

  /** Moves to the next line with content; false at the end. */
  #skipBlank(): boolean {
    while (this.#at < this.#lines.length && /^\s*(#.*)?$/.test(this.#line())) this.#at++;
    return this.#at < this.#lines.length;
  }

  #skipBad(): void {
    this.#at++;
    this.#markBad(this.#at);
  }

  #markBad(line: number): void {
    this.badLine ??= line;
  }
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Where a single quote closes a text; -1 where none on this line does. Doubled ones do not. */
function singleEnd(line: string): number {
  for (let at = line.indexOf("'"); at >= 0; at = line.indexOf("'", at + 2)) {
    if (line[at + 1] !== "'") return at;
  }
  return -1;
}

/** Where a double quote closes a text; -1 where none on this line does. Escaped ones do not. */
function doubleEnd(line: string): number {
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === '"') return at;
  }
  return -1;
}

function keyOf(text: string): string {
  if (text.startsWith("'")) return readSingleQuoted(text.slice(1, -1));
  return text.startsWith('"') ? readDoubleQuoted(text.slice(1, -1)) : text;
}
