/**
 * Tokens of known form inside of Base64 and hexadecimal: a configuration, a request's body or a
 * cookie that was encoded as a whole.
 *
 * @module
 */

import { escapeForRegExp } from "./key_names.ts";
import type { Pass, Replace } from "./pass.ts";
import { anchorBefore } from "./anchor.ts";
import { anyOf } from "./secret_forms.ts";
import type { TokenRule } from "./token_rule.ts";
import { tokenRules } from "./token_rules.ts";

/** How much is decoded in front of what gave a token away, in groups of characters. */
const groupsBefore = 24;

/** How much is decoded from there on, in characters: first little, more where a token goes on. */
const decodedLengths = [512, 98_304] as const;

/** How many letters or digits follow what gives a token away: words of a language have fewer. */
const followingMin = 12;

/** Rules whose anchor does not stand in front of the secret, or stands in ordinary text, too. */
const leftOut: ReadonlySet<string> = new Set([
  ...["azure-devops", "mailchimp", "maxmind", "telegram", "azure-client", "clickhouse"],
  ...["bearer", "basic", "url-password", "url-user", "url-signature"],
]);

/** One way in which a rule's anchor can stand in an encoding. */
interface Form {
  rule: TokenRule;
  /** Characters in front of it that belong to its group. */
  skip: number;
  encoding: Encoding;
}

interface Encoding {
  /** Characters of a group, and the bytes that they stand for. */
  characters: number;
  bytes: number;
  isPart: RegExp;
  decode(text: string): string;
}

const base64: Encoding = {
  characters: 4,
  bytes: 3,
  isPart: /[A-Za-z0-9+/_-]/,
  decode: (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/")),
};

const hexadecimal: Encoding = {
  characters: 2,
  bytes: 1,
  isPart: /[0-9A-Fa-f]/,
  decode: (text) => text.replace(/../g, (digits) => String.fromCharCode(parseInt(digits, 16))),
};

/** What text does not hold, as bytes. */
const NO_TEXT = /[^\t\n\r -~]/;

interface Forms {
  byText: ReadonlyMap<string, Form>;
  pattern: RegExp;
  anchors: readonly string[];
}

let known: Forms | undefined;

/** The step that hides tokens in Base64 and hexadecimal: the characters that stand for them. */
export function encodedPass(replace: Replace): Pass {
  const forms = known ??= encodedForms();
  return {
    anchors: forms.anchors,
    run: (text) => redactEncoded(text, forms, replace),
  };
}

function encodedForms(): Forms {
  const byText = new Map<string, Form>();
  const add = (text: string, form: Form) => {
    if (!byText.has(text)) byText.set(text, form);
  };
  for (const rule of tokenRules) {
    if (leftOut.has(rule.name)) continue;
    for (const anchor of rule.anchors) {
      const plain = rule.name === "private-key" ? "PRIVATE KEY" : anchor.replace(/\0+$/, "");
      for (let before = 0; before < 3; before++) {
        const skip = Math.ceil(before * 8 / 6);
        const whole = btoa("\0".repeat(before) + plain + "\0\0");
        const end = Math.floor((before + plain.length) * 8 / 6);
        const text = whole.slice(skip, end);
        add(text, { rule, skip, encoding: base64 });
        add(text.replaceAll("+", "-").replaceAll("/", "_"), { rule, skip, encoding: base64 });
      }
      const digits = Array.from(plain, (unit) => unit.charCodeAt(0).toString(16)).join("");
      add(digits, { rule, skip: 0, encoding: hexadecimal });
      add(digits.toUpperCase(), { rule, skip: 0, encoding: hexadecimal });
    }
  }
  const texts = [...byText.keys()].sort((a, b) => b.length - a.length);
  // The quick look does not tell upper from lower case.
  const folded = new Set(texts.map((text) => text.toLowerCase()));
  return {
    byText,
    pattern: new RegExp(`(?=(${anyOf(texts, escapeForRegExp)})[A-Za-z0-9]{${followingMin}})`, "g"),
    anchors: [...folded].map((text) => anchorBefore(text, followingMin)),
  };
}

function redactEncoded(text: string, { byText, pattern }: Forms, replace: Replace): string {
  let out = "";
  let done = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const found = match.index < done
      ? undefined
      : locate(text, match.index, byText.get(match[1]!)!);
    if (found && found.start >= done) {
      const { start, end, rule, secret } = found;
      out += text.slice(done, start) + replace(rule.name, secret, text.slice(start, end));
      done = end;
    }
    pattern.lastIndex = Math.max(match.index + 1, done);
  }
  return done === 0 ? text : out + text.slice(done);
}

interface Located {
  start: number;
  end: number;
  rule: TokenRule;
  secret: string;
}

/** The token around an anchor's form at `at`, if there is one. */
function locate(text: string, at: number, form: Form): Located | undefined {
  const { characters, isPart } = form.encoding;
  const group = at - form.skip;
  if (group < 0) return undefined;
  let first = group;
  for (let count = 0; count < groupsBefore && first >= characters; count++) {
    const before = text.slice(first - characters, first);
    if (![...before].every((unit) => isPart.test(unit))) break;
    first -= characters;
  }
  return decodeAndFind(text, first, at, form);
}

function decodeAndFind(text: string, first: number, at: number, form: Form): Located | undefined {
  let found: Located | undefined;
  for (const length of decodedLengths) {
    const last = endOfRun(text, at, Math.min(text.length, at + length), form.encoding);
    found = findIn(text, first, last, at, form);
    // Two characters more than the token would be decoded, too.
    if (!found || found.end < last - 2) break;
  }
  return found;
}

function endOfRun(text: string, at: number, limit: number, { isPart }: Encoding): number {
  while (at < limit && isPart.test(text[at]!)) at++;
  return at;
}

/** The token that holds the anchor's form at `at`, in what is encoded from `first` to `last`. */
function findIn(
  text: string,
  first: number,
  last: number,
  at: number,
  { rule, skip, encoding: { characters, bytes, decode } }: Form,
): Located | undefined {
  let length = last - first;
  // One character more than whole groups stands for no byte.
  if (length % characters === 1) length--;
  let decoded: string;
  try {
    decoded = decode(text.slice(first, first + length));
  } catch {
    return undefined;
  }
  const anchor = Math.floor((at - first) * bytes / characters);
  const token = matchAround(decoded, anchor, anchor + bytes, rule) ??
    // Where the group in front is no text, the encoded text begins here.
    (skip === 0 && NO_TEXT.test(decoded.slice(Math.max(0, anchor - bytes), anchor))
      ? matchAround(decoded.slice(anchor), 0, bytes, rule, anchor)
      : undefined);
  if (!token) return undefined;
  const start = first + Math.floor((token.end - token.secret.length) * characters / bytes);
  let end = first + Math.ceil(token.end * characters / bytes);
  // What fills the last group of Base64.
  for (let count = 0; count < 2 && bytes > 1 && text[end] === "="; count++) end++;
  return { start, end, rule, secret: token.secret };
}

/** The rule's match that begins before `limit` and ends behind `anchor`. */
function matchAround(
  decoded: string,
  anchor: number,
  limit: number,
  rule: TokenRule,
  offset = 0,
): { secret: string; end: number } | undefined {
  for (const { 0: match, index, groups } of decoded.matchAll(rule.pattern)) {
    if (index > limit) return undefined;
    const end = index + match.length;
    const secret = groups?.["secret"] ?? match;
    if (end > anchor && (rule.accept?.(secret) ?? true)) return { secret, end: offset + end };
  }
  return undefined;
}
