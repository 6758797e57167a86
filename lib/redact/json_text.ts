/**
 * Redaction of JSON text in place: only what is secret changes, every other character stays, so
 * that numbers, blanks, escapes and the order of keys are those of the program that wrote it.
 *
 * @module
 */

import type { Redactor } from "./redactor.ts";
import { valueDepthMax } from "./value.ts";

/** A value's place in the text. */
interface Place {
  start: number;
  end: number;
  /** Its members; undefined for a scalar. */
  members?: Member[];
}

interface Member {
  /** The key with its quotes; undefined in a list. */
  key?: { start: number; end: number; name: string };
  value: Place;
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** How often a text is gone over: a marker ends the word it stands in, and may reveal another. */
const roundsMax = 8;

const STRING = /"(?:[^"\\]|\\.)*"/ys;
const SCALAR = /[^\s,:[\]{}"]+/y;

/**
 * Redacts JSON text as the value that it is, and changes nothing but the secrets in it.
 *
 * @param text One JSON value, or any text: what is no JSON, or is nested deeper than
 * {@linkcode valueDepthMax}, is redacted as text alone.
 *
 * @example
 * ```ts
 * import { createRedactor, redactJsonText } from "planloop/redact";
 *
 * redactJsonText(createRedactor(), '{ "cost": 1.0, "password": {"old": "correct horse"} }');
 * // { "cost": 1.0, "password": {"old": "[REDACTED:key:6fce]"} }
 * ```
 */
export function redactJsonText(redactor: Redactor, text: string): string {
  // Escapes that JSON.stringify would not write may hide an anchor from the quick look.
  if (!redactor.mayHoldSecret(text) && !/\\[u/]/.test(text)) return text;
  let result = text;
  for (let round = 0; round < roundsMax; round++) {
    const next = redactRound(redactor, result);
    if (next === result) return result;
    result = next;
  }
  return result;
}

function redactRound(redactor: Redactor, text: string): string {
  return redactParsed(redactor, text) ?? redactor.text(text);
}

/** Undefined for what is no JSON, or nested too deep. */
function redactParsed(redactor: Redactor, text: string): string | undefined {
  let before: unknown;
  try {
    before = JSON.parse(text);
  } catch {
    return undefined;
  }
  const place = placeOf(text);
  if (!place) return undefined;
  const edits: Edit[] = [];
  collect({ redactor, text, edits, ascii: isAscii(text) }, place, before, redactor.value(before));
  let out = "";
  let done = 0;
  for (const edit of edits) {
    out += text.slice(done, edit.start) + edit.text;
    done = edit.end;
  }
  return out + text.slice(done);
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

interface Collecting {
  redactor: Redactor;
  text: string;
  edits: Edit[];
  /** Whether the writer escaped all that is not ASCII. */
  ascii: boolean;
}

function collect(work: Collecting, place: Place, before: unknown, after: unknown): void {
  const isWhole = place.members !== undefined && isContainer(before) && isContainer(after) &&
    Array.isArray(before) === Array.isArray(after);
  if (!isWhole) {
    if (before !== after) replacePlace(work, place, after);
    return;
  }
  if (Array.isArray(before)) {
    place.members!.forEach(({ value }, index) =>
      collect(work, value, before[index], (after as unknown[])[index])
    );
  } else {
    collectMembers(
      work,
      place.members!,
      before as Record<string, unknown>,
      after as Record<string, unknown>,
    );
  }
}

function collectMembers(
  work: Collecting,
  members: readonly Member[],
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): void {
  const last = new Map(members.map((member) => [member.key!.name, member]));
  const names = newNames(before, after);
  for (const member of members) {
    const { name } = member.key!;
    let [old, value, renamed] = [before[name], after[names.get(name)!], names.get(name)!];
    if (last.get(name) !== member) {
      // Of a key that stands there twice, only the last value was parsed.
      old = JSON.parse(work.text.slice(member.value.start, member.value.end));
      const clean = work.redactor.value({ [name]: old }) as Record<string, unknown>;
      [renamed, value] = Object.entries(clean)[0]!;
    }
    if (renamed !== name) replacePlace(work, member.key!, renamed);
    collect(work, member.value, old, value);
  }
}

/** What each key is called after redaction: it keeps their order, but numbers always come first. */
function newNames(before: object, after: object): Map<string, string> {
  const kept = new Set(Object.keys(before).filter((key) => Object.hasOwn(after, key)));
  const renamed = Object.keys(after).filter((key) => !kept.has(key));
  let next = 0;
  return new Map(
    Object.keys(before).map((key) => [key, kept.has(key) ? key : renamed[next++] ?? key]),
  );
}

function replacePlace({ text, edits, ascii }: Collecting, { start, end }: Place, value: unknown) {
  const json = JSON.stringify(value);
  const written = ascii
    ? json.replace(
      /[^\0-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )
    : json;
  if (written !== text.slice(start, end)) edits.push({ start, end, text: written });
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Where each value of valid JSON stands; undefined where it is nested too deep. */
function placeOf(text: string): Place | undefined {
  const open: Place[] = [];
  let root: Place | undefined;
  let key: Member["key"];
  const add = (value: Place) => {
    const parent = open.at(-1)?.members;
    if (parent) parent.push(key ? { key, value } : { value });
    else root = value;
    key = undefined;
  };
  for (let at = 0; at < text.length;) {
    const character = text[at]!;
    if (character === "{" || character === "[") {
      if (open.length >= valueDepthMax) return undefined;
      const place: Place = { start: at, end: at, members: [] };
      add(place);
      open.push(place);
      at++;
    } else if (character === "}" || character === "]") {
      open.pop()!.end = ++at;
    } else if (character === '"') {
      STRING.lastIndex = at;
      STRING.test(text);
      const end = STRING.lastIndex;
      const colon = text[open.at(-1)?.start ?? -1] === "{" && key === undefined;
      if (colon) key = { start: at, end, name: JSON.parse(text.slice(at, end)) as string };
      else add({ start: at, end });
      at = end;
    } else {
      SCALAR.lastIndex = at;
      if (SCALAR.test(text)) {
        add({ start: at, end: SCALAR.lastIndex });
        at = SCALAR.lastIndex;
      } else at++;
    }
  }
  return root;
}
