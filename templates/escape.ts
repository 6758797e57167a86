/**
 * Putting recorded text into HTML so that it stays text. Everything interpolated into
 * {@linkcode html} is escaped unless it is itself the outcome of `html`.
 *
 * @module
 */

/** A piece of finished HTML: the outcome of {@linkcode html}. Interpolated as it is. */
export class SafeHtml {
  readonly #text: string;

  /** @param text HTML in which everything from elsewhere is escaped already. */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What {@linkcode html} takes: text (escaped), finished HTML, lists of both, or nothing. */
export type HtmlValue =
  | string
  | number
  | bigint
  | SafeHtml
  | null
  | undefined
  | boolean
  | readonly HtmlValue[];

/** No HTML at all. */
export const emptyHtml: SafeHtml = new SafeHtml("");

/**
 * Builds HTML from a template. Strings and numbers are escaped for text and for quoted attribute
 * values alike, lists are joined, and `null`, `undefined`, `true` and `false` give nothing.
 * Attribute values must be quoted in the template; names of elements and attributes, and the
 * contents of `script` and `style` elements, must not be interpolated.
 *
 * @example Recorded text stays text
 * ```ts
 * import { html } from "./escape.ts";
 *
 * const title = `<img src=x onerror="alert(1)">`;
 * html`<h1 title="${title}">${title}</h1>`.toString();
 * // <h1 title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;">&lt;img src=x …&gt;</h1>
 * ```
 */
export function html(template: TemplateStringsArray, ...values: HtmlValue[]): SafeHtml {
  let text = template[0]!;
  for (let i = 0; i < values.length; i++) text += toHtml(values[i]) + template[i + 1]!;
  return new SafeHtml(text);
}

/** Joins pieces of HTML, with a separator that is escaped like any text. */
export function joinHtml(values: readonly HtmlValue[], separator: HtmlValue = ""): SafeHtml {
  return new SafeHtml(values.map(toHtml).join(toHtml(separator)));
}

/** Escapes text for HTML: element content and quoted attribute values. Lone surrogates, which UTF-8 cannot carry, become U+FFFD. */
export function escapeHtml(text: string): string {
  return NEEDS_ESCAPE.test(text) ? text.replace(ESCAPED, escapeOne) : text;
}

/**
 * Makes characters visible that could change how the text around them looks: control characters
 * (but tab and line ends) become their picture (U+2400 and on), bidirectional and invisible
 * format characters become `⟨U+202E⟩`.
 */
export function showControls(text: string): string {
  return CONTROL.test(text) ? text.replace(CONTROLS, showOne) : text;
}

/**
 * Writes a value as JSON that may stand inside a `script` element: no `<`, no U+2028 or U+2029,
 * so that it can end neither the element nor a line.
 */
export function scriptJson(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(/[<\u2028\u2029]/g, unicodeEscape);
}

const NEEDS_ESCAPE = /[&<>"'`\0\ud800-\udfff]/;
const ESCAPED =
  /[&<>"'`\0]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

const CONTROL = new RegExp(
  "[\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f" +
    "\\u2028-\\u202e\\u2060-\\u206f\\ufeff]",
);
const CONTROLS = new RegExp(CONTROL.source, "g");

function toHtml(value: HtmlValue): string {
  if (value instanceof SafeHtml) return value.toString();
  if (value === null || value === undefined || typeof value === "boolean") return "";
  if (typeof value === "object") return value.map(toHtml).join("");
  return escapeHtml(String(value));
}

// HTML has no way to write U+0000, and UTF-8 none to write a lone surrogate.
function escapeOne(char: string): string {
  return ENTITIES[char] ?? "\ufffd";
}

function showOne(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
