/**
 * The forms in which a known secret may appear.
 *
 * @module
 */

/** How much of a secret's bytes is looked for in encodings of bytes. */
const encodedBytesMax = 4096;

/** How often JSON may be written into JSON. */
const jsonDepthMax = 3;

/**
 * The secret itself, and as it stands in JSON (in JSON, in JSON; with and without escapes of what
 * is not ASCII), in URLs and forms, in HTML, in hexadecimal, and in Base64 of a longer text.
 */
export function secretForms(secret: string): Set<string> {
  const utf8 = new TextEncoder().encode(secret).subarray(0, encodedBytesMax);
  return new Set([
    secret,
    ...jsonForms(secret),
    ...uriForms(secret, utf8),
    ...escapedForms(secret),
    secret.replace(/[&<>"']/g, (character) => HTML[character]!),
    ...bothCases(hexadecimal(utf8)),
    ...base64Forms(utf8),
  ]);
}

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function bothCases(text: string): string[] {
  return [text, text.toUpperCase()];
}

function hexadecimal(bytes: Uint8Array, before = ""): string {
  return Array.from(bytes, (byte) => before + byte.toString(16).padStart(2, "0")).join("");
}

function jsonForms(secret: string): string[] {
  const plain = [secret];
  const escapes = (text: string) => text.replace(/[^\0-\x7f]/g, (unit) => unicodeEscape(unit));
  for (let depth = 0; depth < jsonDepthMax; depth++) {
    plain.push(JSON.stringify(plain[depth]!).slice(1, -1));
  }
  const ascii = [escapes(plain[1]!)];
  ascii.push(JSON.stringify(ascii[0]!).slice(1, -1));
  return [...plain, ...ascii, plain[1]!.replaceAll("/", "\\/")];
}

function uriForms(secret: string, utf8: Uint8Array): string[] {
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const every = hexadecimal(utf8, "%");
  let encoded: string;
  try {
    encoded = encodeURIComponent(secret);
  } catch {
    return [every, every.toUpperCase()]; // half a surrogate pair has no form in a URL
  }
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  const strict = encoded.replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return [encoded, form, strict, encodeURI(secret)].flatMap((text) => [text, lower(text)])
    .concat(every, every.toUpperCase());
}

/** Every UTF-16 unit as an escape, in a string of JavaScript, and in such a string in JSON. */
function escapedForms(secret: string): string[] {
  const units = secret.split("");
  const unicode = [
    units.map((unit) => unicodeEscape(unit)).join(""),
    units.map((unit) => unicodeEscape(unit, true)).join(""),
  ];
  const bytes = new TextEncoder().encode(secret);
  const escaped = [...unicode, hexadecimal(bytes, "\\x")];
  return [...escaped, ...escaped.map((text) => text.replaceAll("\\", "\\\\"))];
}

function unicodeEscape(unit: string, upper = false): string {
  const digits = unit.charCodeAt(0).toString(16).padStart(4, "0");
  return `\\u${upper ? digits.toUpperCase() : digits}`;
}

/**
 * Alone, and what is the same of it in every longer text: Base64 turns three bytes into four
 * characters, so there are three ways in which a secret may begin.
 */
function base64Forms(utf8: Uint8Array): string[] {
  const forms = [base64(utf8).replace(/=+$/, "")];
  for (let before = 0; before < 3; before++) {
    const bytes = new Uint8Array(before + utf8.length);
    bytes.set(utf8, before);
    forms.push(
      base64(bytes).slice(Math.ceil(before * 8 / 6), Math.floor(bytes.length * 8 / 6)),
    );
  }
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * A regular expression's source for any of many texts, the first that fits: by their first
 * characters, so that the search does not try each text at each place.
 */
export function anyOf(texts: readonly string[], escape: (text: string) => string): string {
  const filled = texts.filter((text) => text !== "");
  const orNothing = filled.length < texts.length ? "|" : "";
  if (filled.length <= 8) return filled.map(escape).join("|") + orNothing;
  const groups = new Map<string, string[]>();
  for (const text of filled) {
    const rests = groups.get(text[0]!);
    if (rests) rests.push(text.slice(1));
    else groups.set(text[0]!, [text.slice(1)]);
  }
  const sources = [...groups].map(([first, rests]) =>
    `${escape(first)}(?:${anyOf(rests, escape)})`
  );
  return sources.join("|") + orNothing;
}
