/**
 * A session in which every field of every kind of record holds an attack: what a careless model, or
 * somebody who can write into a log, could record. Made when a test runs.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  bidi,
  closers,
  coloured,
  controls,
  longWord,
  markdown,
  scriptTag,
} from "../../report/sample/hostile.ts";
import { hostileRecords } from "./hostile_records.ts";

/** Ways to leave the place where a text is shown. Each that runs sets `__pwned`. */
export const attacks: readonly string[] = [
  scriptTag,
  closers,
  `"><svg/onload=globalThis.__pwned=1><iframe srcdoc="<script>top.__pwned=1</script>">`,
  `' onmouseover='globalThis.__pwned=1' autofocus onfocus='globalThis.__pwned=1' x='`,
  "{{constructor.constructor('globalThis.__pwned=1')()}} ${globalThis.__pwned=1} <%= __pwned %>",
  "</style><style>@import '//evil.example/a.css'; *{background:url(//evil.example/b)}</style>",
  "red;background:url(https://evil.example/c.png);} body{display:none} /*",
  `<link rel=stylesheet href=//evil.example/d.css><base href=//evil.example/><meta http-equiv=refresh content="0;url=https://evil.example/e">`,
  `<form action=https://evil.example/f><button autofocus>Sign in</button></form>`,
  `\\u003cscript\\u003eglobalThis.__pwned=1\\u003c/script\\u003e "-(globalThis.__pwned=1)-" </script `,
  markdown,
  "[a](javascript:globalThis.__pwned=1) [b](data:text/html,<script>top.__pwned=1</script>) " +
  "[c](//evil.example/g) ![d](//evil.example/h.png) ![e](data:image/svg+xml,<svg/onload=1>) <https://evil.example/i> <javascript:globalThis.__pwned=1>",
  bidi,
  controls,
  coloured,
  "lone \ud83d surrogate \udc00 and \ufffe\uffff",
  longWord,
  "a&amp;b &lt;script&gt; &#x3c;script&#x3e; %3Cscript%3E",
  "line one\nline two\r\n\tline three\u2028line four\u2029line five\u0085line six",
  "../../../etc/hosts\\..\\..\\evil C:\\con file:///etc/hosts",
];

/** Every one of them, in one text. */
export const everyAttack: string = attacks.filter((text) => text !== longWord).join(" ¶ ");

/** Addresses that must not become links, and one that may. */
export const addresses: readonly string[] = [
  "javascript:globalThis.__pwned=1",
  " java\nscript:globalThis.__pwned=1",
  "data:text/html,<script>globalThis.__pwned=1</script>",
  "vbscript:msgbox(1)",
  "//evil.example/link",
  "file:///etc/hosts",
  "blob:https://evil.example/1",
  "https://evil.example/link?a=1&b=<script>",
];

/** Texts for fields: a mark by which the field is found on screen, then attacks in turn. */
export class HostileText {
  /** The marks handed out, in order. */
  readonly marks: string[] = [];
  #next = 0;

  /** Text for a field: its mark and two attacks. */
  text(field: string): string {
    const [first, second] = [this.#attack(), this.#attack()];
    return `${this.mark(field)} ${first} ${second}`;
  }

  /** Text for a field: its mark and every attack. */
  long(field: string): string {
    return `${this.mark(field)} ${everyAttack}`;
  }

  /** The mark alone. */
  mark(field: string): string {
    const mark = `«${field}»`;
    this.marks.push(mark);
    return mark;
  }

  /** An object whose keys and values attack; also as keys that every object has. */
  object(field: string): Record<string, unknown> {
    // As JSON would be read: `__proto__` as a key of its own, not as the prototype.
    return JSON.parse(
      `{"__proto__":${JSON.stringify({ polluted: this.text(`${field}.__proto__`) })}}`,
      (key, value) =>
        key === ""
          ? Object.assign(value, {
            constructor: { prototype: { polluted: true } },
            toString: "not a function",
            hasOwnProperty: null,
            [this.text(`${field}.key`)]: this.text(`${field}.value`),
            list: [this.text(`${field}.item`), null, true, 1e308, -0, 2 ** 53 + 2, 5e-324],
            "": "the empty key",
          })
          : value,
    );
  }

  #attack(): string {
    return attacks[this.#next++ % attacks.length]!;
  }
}

/** What was written. */
export interface HostileSession {
  id: string;
  path: string;
  /** What must be on screen somewhere, once for each field. */
  marks: readonly string[];
}

/** How the session is made. */
export interface HostileOptions {
  /** Bytes of one further line of the log. Default: no such line. */
  longLineBytes?: number;
}

/** Writes the session below a home. */
export function writeHostileSession(
  home: string,
  id: string,
  { longLineBytes = 0 }: HostileOptions = {},
): HostileSession {
  const path = join(home, "sessions", id);
  const text = new HostileText();
  const files = hostileRecords(text, id);
  if (longLineBytes > 0) files["logs/planloop.jsonl"] += longLine(longLineBytes);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), content);
  }
  return { id, path, marks: text.marks };
}

function longLine(bytes: number): string {
  const piece = `${scriptTag} ${closers} `;
  return JSON.stringify({
    timestamp: "2025-11-18T08:14:59.000Z",
    level: "WARNING",
    message: "long " + piece.repeat(Math.ceil(bytes / piece.length)),
  }) + "\n";
}
