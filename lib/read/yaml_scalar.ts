/**
 * Texts in YAML: plain, in single quotes, in double quotes, each folded over lines.
 *
 * @module
 */

const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  N: "\x85",
  _: "\xa0",
  L: "\u2028",
  P: "\u2029",
};

/** A plain text from its trimmed lines; null for `null`, `~` and nothing. */
export function readPlain(lines: readonly string[]): string | null {
  const whole = foldLines(lines);
  const comment = whole.indexOf(" #");
  const text = comment < 0 ? whole : whole.slice(0, comment).trimEnd();
  return text === "" || text === "~" || /^(?:null|Null|NULL)$/.test(text) ? null : text;
}

/** What stands between single quotes, lines folded and doubled quotes undone. */
export function readSingleQuoted(inner: string): string {
  return foldQuoted(inner).replaceAll("''", "'");
}

/** What stands between double quotes, lines folded and escapes undone. */
export function readDoubleQuoted(inner: string): string {
  const form = /\\\n[ \t]*|\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([^])/g;
  let text = "";
  let at = 0;
  // Folded in parts: an escaped line end or blank is no line to fold.
  for (const match of inner.matchAll(form)) {
    text += foldQuoted(inner.slice(at, match.index)) + unescape(match);
    at = match.index + match[0].length;
  }
  return text + foldQuoted(inner.slice(at));
}

function unescape([whole, two, four, eight, other]: RegExpMatchArray): string {
  if (whole.startsWith("\\\n")) return "";
  const code = two ?? four ?? eight;
  if (code === undefined) return escapes[other!] ?? other!;
  const point = Number.parseInt(code, 16);
  return point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd";
}

/** Line ends inside of quotes: one is a blank, further ones are newlines. */
function foldQuoted(text: string): string {
  const lines = text.split("\n");
  if (lines.length === 1) return text;
  const last = lines.length - 1;
  let folded = lines[0]!.trimEnd();
  let blanks = 0;
  for (let at = 1; at <= last; at++) {
    const line = at === last ? lines[at]!.trimStart() : lines[at]!.trim();
    if (line === "" && at < last) {
      blanks++;
      continue;
    }
    folded += `${blanks > 0 ? "\n".repeat(blanks) : " "}${line}`;
    blanks = 0;
  }
  return folded;
}

function foldLines(lines: readonly string[]): string {
  let text = "";
  let blanks = 0;
  lines.forEach((line, index) => {
    if (line === "") {
      blanks++;
      return;
    }
    text += index === 0 ? line : `${blanks > 0 ? "\n".repeat(blanks) : " "}${line}`;
    blanks = 0;
  });
  return text;
}
