/**
 * The names of a function's parameters, read from its source.
 *
 * @module
 */

/** Most of a function's source that is looked at, in UTF-16 units. */
const sourceLengthMax = 2000;

const OPENING = "([{";
const CLOSING = ")]}";
const QUOTES = "'\"`";

/**
 * Names by position. What has none of its own, as a destructured parameter, and what cannot be read,
 * as a native function's, is `undefined`; a rest parameter is `...name`.
 */
export function parameterNames(fn: (...args: never[]) => unknown): (string | undefined)[] {
  const text = Function.prototype.toString.call(fn).slice(0, sourceLengthMax);
  const single = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
  if (single) return [single[1]];
  const start = text.indexOf("(");
  // A computed name could hold any text.
  if (start < 0 || text.slice(0, start).includes("[")) return [];
  return splitList(text, start + 1)?.map((part) =>
    /^(?:\.\.\.\s*)?[A-Za-z_$][\w$]*(?=\s*(?:=|$))/.exec(part.trim())?.[0].replace(/\s/g, "")
  ) ?? [];
}

/** The parts of a list between brackets; nothing where its end is not found. */
function splitList(text: string, from: number): string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let begin = from;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (QUOTES.includes(char)) at = endOfText(text, at);
    else if (OPENING.includes(char)) depth += 1;
    else if (char === "/" && "/*".includes(text[at + 1] ?? " ")) return undefined;
    else if (CLOSING.includes(char) && --depth < 0) {
      parts.push(text.slice(begin, at));
      return parts.length === 1 && parts[0]!.trim() === "" ? [] : parts;
    } else if (char === "," && depth === 0) {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  return undefined;
}

function endOfText(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== text[from]) at += text[at] === "\\" ? 2 : 1;
  return at;
}
