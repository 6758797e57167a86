/**
 * Values of sensitive keys in text: JSON at any depth of escaping, assignments, query strings,
 * environment files, headers and command lines.
 *
 * @module
 */

import type { KeyKind, KeyTest } from "./key_names.ts";
import { isRedacted } from "./marker.ts";
import { quotedValues } from "./object_values.ts";
import { isPlaceholder } from "./placeholder.ts";
import { bareEnd, headerEnd, keyAround, quoteAt, quotedEnd, skipBlanks } from "./text_scan.ts";
import type { Quote, Range } from "./text_scan.ts";

/** A key in text, with what stands around it. */
interface Key extends Range {
  /** The name, without the objects in front of it: `key` of `client.key`. */
  name: string;
  kind: KeyKind;
  /** The quote around the key, where it has one. */
  quote: Quote | undefined;
  /** Behind the key and its closing quote. */
  after: number;
}

/** What is to be replaced. */
interface Found extends Range {
  /** The quote to put around the replacement, for a number in JSON. */
  wrap?: string;
}

/** Expressions of code, not values: `self.token`, `process.env.TOKEN_1`. */
const CODE_PATH =
  /^(?:self|this|process|os|env|environ|config|settings|cfg|conf|args|opts|options|ctx|context|req|request|res|response|params|props|state|user|data|client|session|import|Deno|Bun)\??\./;
const IDENTIFIER = /^[A-Za-z_$][A-Za-z_$.]*$/;

/**
 * Replaces the values of sensitive keys in a text.
 *
 * @param text Any text.
 * @param finder Finds the words of sensitive keys; global, without case.
 * @param test Judges the whole key.
 * @param replace Gives the text that stands for a secret.
 */
export function redactKeyValues(
  text: string,
  finder: RegExp,
  test: KeyTest,
  replace: (secret: string) => string,
): string {
  let out = "";
  let done = 0;
  finder.lastIndex = 0;
  for (let match = finder.exec(text); match; match = finder.exec(text)) {
    const key = readKey(text, match.index, match.index + match[0].length, test);
    if (!key || key.start < done && match.index < done) continue;
    let last = 0;
    for (const found of findValues(text, key)) {
      const secret = text.slice(found.start, found.end);
      const wrap = found.wrap ?? "";
      out += text.slice(done, found.start) + wrap + replace(secret) + wrap;
      last = done = found.end;
    }
    if (last > 0) finder.lastIndex = last;
  }
  return done === 0 ? text : out + text.slice(done);
}

function readKey(text: string, from: number, to: number, test: KeyTest): Key | undefined {
  // `token_count`, `token-type`: the word is not the key's end.
  if (/[A-Za-z0-9_$]/.test(text[to] ?? "") || /^-[A-Za-z0-9]/.test(text.slice(to, to + 2))) {
    return undefined;
  }
  const { start, end } = keyAround(text, from, to);
  const name = text.slice(start, end).replace(/^.*\./s, "").replace(/^-+/, "");
  const kind = test(name);
  if (kind === "none") return undefined;
  const closing = quoteAt(text, to);
  const quoted = closing !== undefined && text[start - 1] === closing.character &&
    (closing.depth === 0 || text[start - 2] === "\\");
  if (!quoted) return { start, end, name, kind, quote: undefined, after: to };
  // `isOne ? "secret" : "secrets"`
  if (/\?\s?\\*$/.test(text.slice(Math.max(0, start - 6), start - 1))) return undefined;
  const after = text[closing.after] === "]" ? closing.after + 1 : closing.after;
  return { start, end, name, kind, quote: closing, after };
}

/** The separator behind a key, and where the value begins; undefined where none follows. */
function separatorAfter(text: string, at: number): { sign: string; value: number } | undefined {
  const before = skipBlanks(text, at);
  const match = /^(?:=>|:=|=(?!=)|:(?!:))/.exec(text.slice(before, before + 2));
  if (!match) return undefined;
  const sign = before > at ? ` ${match[0]}` : match[0];
  return { sign, value: skipBlanks(text, before + match[0].length) };
}

function findValues(text: string, key: Key): Found[] {
  const separator = separatorAfter(text, key.after);
  if (!separator) return isFlag(text, key) ? flagValue(text, key) : [];
  const { sign, value: at } = separator;
  const quote = quoteAt(text, at);
  if (quote) {
    const range = { start: quote.after, end: quotedEnd(text, quote) };
    return hidesQuoted(text, key, range) ? [range] : [];
  }
  if (key.quote) {
    if (text[at] === "{") {
      return quotedValues(text, at, key.quote).filter(({ start, end }) =>
        isOpen(text.slice(start, end))
      );
    }
    return text[at] === "[" ? listValues(text, at + 1) : bareJson(text, key, key.quote, at);
  }
  if (sign === ":" && /(?:authorization|cookies?)$/i.test(key.name)) {
    return headerValue(text, key, at);
  }
  const tight = sign === "=" && at === key.after + 1;
  const loose = sign === ":";
  if (!tight && !loose) return [];
  const range = { start: at, end: bareEnd(text, at) };
  return (tight ? hidesAssigned(text, key, range) : hidesColon(text, key, range)) ? [range] : [];
}

function isOpen(secret: string): boolean {
  return !isRedacted(secret) && !isPlaceholder(secret);
}

/** Digits and letters mixed, or long and without a gap: no word of a language. */
function looksRandom(value: string, lengthMin: number): boolean {
  if (value.length < lengthMin || /\s/.test(value)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value) || /[!@#$%^*+=~]/.test(value) ||
    /^\d{8,}$/.test(value);
}

function hidesQuoted(text: string, key: Key, range: Range): boolean {
  const value = text.slice(range.start, range.end);
  if (!isOpen(value) || isWorkingFolder(key.name, value)) return false;
  if (key.kind === "text" && isFilePath(value)) return false;
  if (key.quote) return !isLogProbability(text, key, range);
  if (key.kind === "text_or_number") {
    return value.length >= 4 && !/pass(?:word|wd|phrase)|pwd|secret/i.test(value);
  }
  if (value.includes("${")) return false; // a template, whose parts are code
  return looksRandom(value, 8) ||
    value.length >= 24 && !/\s/.test(value) && !IDENTIFIER.test(value);
}

/** `{"token": "Hello", "logprob": -0.3}`: a piece of a model's answer. */
function isLogProbability(text: string, key: Key, range: Range): boolean {
  return key.name === "token" && /^[\\"']{1,16}\s*,\s*[\\"']{1,16}(?:logprob|bytes)/
    .test(text.slice(range.end, range.end + 64));
}

/** `pwd` is a password or the working folder. */
export function isWorkingFolder(name: string, value: string): boolean {
  return /^(?:old)?pwd$/i.test(name) && /^(?:[A-Za-z]:)?[/\\~]/.test(value);
}

/** `secrets/production/key.json`: where credentials are kept, not what they are. */
export function isFilePath(value: string): boolean {
  return value.length <= 1024 &&
    /^[\w.:~-]*(?:[\\/][\w.~-]+)+\.[A-Za-z][A-Za-z0-9]{1,4}$/.test(value);
}

/** A number, where a number can be the secret; it is quoted like the key, so that JSON stays JSON. */
function bareJson(text: string, key: Key, quote: Quote, at: number): Found[] {
  const end = bareEnd(text, at);
  if (key.kind !== "text_or_number" || !/^-?\d[\d.eE+-]*$/.test(text.slice(at, end))) return [];
  return [{ start: at, end, wrap: "\\".repeat(quote.depth) + quote.character }];
}

function listValues(text: string, at: number): Found[] {
  const found: Found[] = [];
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    const quote = quoteAt(text, at);
    if (!quote) return found;
    const range = { start: quote.after, end: quotedEnd(text, quote) };
    if (isOpen(text.slice(range.start, range.end))) found.push(range);
    at = range.end + quote.depth + 1;
    while (/\s/.test(text[at] ?? "")) at++;
    if (text[at] !== ",") return found;
    at++;
  }
}

/** `PASSWORD=…`, `?token=…&`, `password=…` in a log line; but not `f(password=password)`. */
function hidesAssigned(text: string, key: Key, range: Range): boolean {
  const value = text.slice(range.start, range.end);
  const next = text[range.end] ?? "";
  if (!isOpen(value) || /[([{<]/.test(next) || CODE_PATH.test(value)) return false;
  if (isWorkingFolder(key.name, value)) return false;
  const before = text[key.start - 1] ?? "";
  const isVariable = /^[A-Z][A-Z0-9_]*$/.test(text.slice(key.start, key.end));
  const isUrlOrConnection = /[?&;]/.test(before) || /[&;]/.test(next);
  if (isVariable || isUrlOrConnection || text.slice(key.start, key.start + 2) === "--") return true;
  if (looksRandom(value, 6)) return true;
  const inCall = /[(,]\s*$/.test(text.slice(Math.max(0, key.start - 4), key.start)) ||
    /[),]/.test(next);
  return key.kind === "text_or_number" && !inCall && value.length >= 4 &&
    !/pass|pwd|secret/i.test(value);
}

/** `password: hunter2`, `x-api-key: …`; but not `token: string` or `Unexpected token: x`. */
function hidesColon(text: string, key: Key, range: Range): boolean {
  const value = text.slice(range.start, range.end);
  if (!isOpen(value) || /[([{<]/.test(text[range.end] ?? "") || CODE_PATH.test(value)) return false;
  const isBareWord = /^(?:token|secret|credentials?)$/i.test(key.name);
  return !IDENTIFIER.test(value) && looksRandom(value, isBareWord ? 16 : 6);
}

const COOKIE_PAIR = /[\w.-]{1,256}=[^;\s]/y;
const SCHEME = /(?:[A-Za-z][A-Za-z0-9-]{2,20}[ \t]+(?=\S))?/y;

/** `Cookie: a=b; c=d` to the line's end; of `Authorization: Token …` the word behind the scheme. */
function headerValue(text: string, key: Key, at: number): Found[] {
  // Only what is going to be replaced is read to its end: a text of nothing but headers stays fast.
  if (/cookies?$/i.test(key.name)) {
    COOKIE_PAIR.lastIndex = at;
    return COOKIE_PAIR.test(text) ? [{ start: at, end: headerEnd(text, at) }] : [];
  }
  SCHEME.lastIndex = at;
  const scheme = SCHEME.exec(text)?.[0] ?? "";
  const start = at + scheme.length;
  const end = bareEnd(text, start);
  const credential = text.slice(start, end);
  if (!isOpen(credential) || !looksRandom(credential, 6)) return [];
  // These schemes go on with further parameters, a signature among them.
  return [{ start, end: /^(?:AWS4|Digest)/i.test(scheme) ? headerEnd(text, start) : end }];
}

function isFlag(text: string, key: Key): boolean {
  return !key.quote && text.startsWith("--", key.start);
}

/** `--password hunter2`. */
function flagValue(text: string, key: Key): Found[] {
  const at = skipBlanks(text, key.after);
  if (at === key.after || text[at] === "-") return [];
  const quote = quoteAt(text, at);
  const range = quote
    ? { start: quote.after, end: quotedEnd(text, quote) }
    : { start: at, end: bareEnd(text, at) };
  const value = text.slice(range.start, range.end);
  return isOpen(value) && looksRandom(value, 4) ? [range] : [];
}
