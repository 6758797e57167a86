/**
 * Texts as YAML scalars, byte for byte as PyYAML's `safe_dump` writes them, since the Python
 * planloop writes the same file.
 *
 * @module
 */

/** Column after which a scalar is folded, as PyYAML's default. */
const widthMax = 80;

const WHITESPACE = "\0 \t\r\n\x85\u2028\u2029";

/** Texts that YAML 1.1 would take for another type, which a plain scalar must not look like. */
const OTHER_TYPES: readonly RegExp[] = [
  /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  /^(?:~|null|Null|NULL|)$/,
  /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/,
  /^(?:[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  /^\d{4}-\d\d-\d\d$/,
  /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?$/,
  /^(?:<<|=)$/,
];

/**
 * Writes a text as the value of a mapping's key.
 *
 * @param column Where the value starts: the length of the indent, the key and its colon.
 * @param indent The indent of a folded line.
 */
export function yamlScalar(text: string, column: number, indent: number): string {
  const out = new Folder(column + 1, indent);
  const traits = traitsOf([...text]);
  if (traits.plain && !OTHER_TYPES.some((form) => form.test(text))) writePlain(text, out);
  else if (traits.singleQuoted) writeSingleQuoted(text, out);
  else writeDoubleQuoted([...text], out);
  return out.text;
}

/** Which styles can hold a text. */
function traitsOf(chars: readonly string[]): { plain: boolean; singleQuoted: boolean } {
  if (chars.length === 0) return { plain: true, singleQuoted: true };
  const text = chars.join("");
  const indicator = /^(?:---|\.\.\.)/.test(text) ||
    chars.some((_, index) => isIndicator(chars, index));
  const special = chars.some((char) => char !== "\n" && !(char >= " " && char <= "~"));
  const breaks = /[\n\x85\u2028\u2029]/.test(text);
  const edge = /^[ \n]|[ \n]$/.test(text);
  const breakThenSpace = /\n /.test(text);
  const spaceThenBreak = / \n/.test(text);
  const singleQuoted = !special && !breakThenSpace && !spaceThenBreak;
  return { plain: singleQuoted && !indicator && !breaks && !edge, singleQuoted };
}

/** Whether a character has a meaning of its own in YAML, at its place in a block. */
function isIndicator(chars: readonly string[], index: number): boolean {
  const char = chars[index]!;
  const next = chars[index + 1];
  const spaceFollows = next === undefined || WHITESPACE.includes(next);
  if (index === 0) {
    if ("#,[]{}&*!|>'\"%@`".includes(char)) return true;
    return "?:-".includes(char) && spaceFollows;
  }
  if (char === ":") return spaceFollows;
  return char === "#" && WHITESPACE.includes(chars[index - 1]!);
}

/** Text that grows, and knows its column. */
class Folder {
  text = "";
  #column: number;
  readonly #indent: string;

  constructor(column: number, indent: number) {
    this.#column = column;
    this.#indent = " ".repeat(indent);
  }

  /** Whether the line is longer than it should be, with so many characters more. */
  isFull(more = 0): boolean {
    return this.#column + more > widthMax;
  }

  add(part: string): void {
    this.text += part;
    this.#column += [...part].length;
  }

  /** Begins a line. */
  fold(): void {
    this.text += `\n${this.#indent}`;
    this.#column = this.#indent.length;
  }

  /** Adds line breaks that belong to the text. */
  breaks(part: string): void {
    this.text += part;
    this.#column = 0;
  }
}

/** Words, with single blanks in an overlong line turned into folds. */
function writePlain(text: string, out: Folder): void {
  for (const part of text.match(/ +|[^ ]+/g) ?? []) {
    if (part === " " && out.isFull()) out.fold();
    else out.add(part);
  }
}

function writeSingleQuoted(text: string, out: Folder): void {
  out.add("'");
  const parts = text.match(/ +|[\n]+|'|[^ \n']+/g) ?? [];
  parts.forEach((part, index) => {
    const isEdge = index === 0 || index === parts.length - 1;
    if (part === " " && out.isFull() && !isEdge) out.fold();
    else if (part.startsWith("\n")) {
      // One break alone would be read as a blank.
      out.breaks(`\n${part}`);
      out.text = out.text.slice(0, -1);
      out.fold();
    } else out.add(part === "'" ? "''" : part);
  });
  out.add("'");
}

const ESCAPES: Record<string, string> = {
  "\0": "0",
  "\x07": "a",
  "\x08": "b",
  "\t": "t",
  "\n": "n",
  "\x0b": "v",
  "\x0c": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

function writeDoubleQuoted(chars: readonly string[], out: Folder): void {
  out.add('"');
  // The characters of `pending` were read, but are not written: a fold comes before or after them.
  let pending = "";
  for (let index = 0; index < chars.length; index += 1) {
    const char = chars[index]!;
    const escaped = escapeOf(char);
    if (escaped !== undefined) {
      out.add(pending + escaped);
      pending = "";
    }
    const isInside = index > 0 && index < chars.length - 1;
    // PyYAML counts one column less right after an escape.
    const ahead = escaped === undefined ? pending.length : -1;
    if (isInside && (char === " " || pending === "") && out.isFull(ahead)) {
      out.add(`${pending}\\`);
      pending = "";
      out.fold();
      // A blank at the start of a line would be lost without its own mark.
      if ((escaped === undefined ? char : chars[index + 1]) === " ") out.add("\\");
    }
    if (escaped === undefined) pending += char;
  }
  out.add(`${pending}"`);
}

function escapeOf(char: string): string | undefined {
  const short = ESCAPES[char];
  if (short !== undefined) return `\\${short}`;
  if (char >= " " && char <= "~") return undefined;
  const code = char.codePointAt(0)!.toString(16).toUpperCase();
  if (code.length <= 2) return `\\x${code.padStart(2, "0")}`;
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
}
