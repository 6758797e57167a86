/**
 * One form of secret, and how forms are written down.
 *
 * @module
 */

/** One form of secret. */
export interface TokenRule {
  /** The name in the marker: lower-case letters, digits and `-`. */
  readonly name: string;
  /**
   * Texts of at least three ASCII characters, one of which every match holds (without case). The
   * prefilter is built from them, so a rule whose match holds none of them would never run.
   * `anchorBefore` makes one of a prefix that is a part of ordinary words.
   */
  readonly anchors: readonly string[];
  /**
   * Global. The group `secret`, which ends the match, is replaced, or else the whole match. Every quantifier that has no
   * upper limit must be unable to start again inside its own match, so that time stays linear.
   */
  readonly pattern: RegExp;
  /**
   * A text that every match holds, in this case and so many characters behind its start. The pattern
   * is then tried there only: tried everywhere, it would read what may stand in front of the text
   * again from each place, which in long runs of letters (an image in base64) takes long.
   */
  readonly fixed?: { readonly text: string; readonly at: number };
  /** A further test of what was found. */
  readonly accept?: (secret: string) => boolean;
}

/**
 * A prefix that begins a token: not inside a word, but after an escape (`\n`, `\u001b`, `%3D`) or a
 * colour code, whose last letter only looks like a part of a word. The prefix comes first, so that
 * the search looks for its letters and not for every place where a word may begin.
 */
export function begins(prefix: string, word = "A-Za-z0-9"): string {
  const before = [String.raw`\\[nrtbfv]`, String.raw`\\u[0-9A-Fa-f]{4}`, "%[0-9A-Fa-f]{2}"];
  const colour = String.raw`\[[0-9;]{0,12}m`;
  const allowed = [...before, colour].map((one) => `(?<=${one}${prefix})`).join("|");
  return `${prefix}(?:(?<![${word}]${prefix})|${allowed})`;
}

export function token(
  name: string,
  anchors: string | readonly string[],
  source: string,
): TokenRule {
  return {
    name,
    anchors: typeof anchors === "string" ? [anchors] : anchors,
    pattern: new RegExp(source, "g"),
  };
}

/** A token of so many characters, of the class `before`, in front of a fixed text. */
export function inside(
  name: string,
  anchors: string | readonly string[],
  [before, at]: readonly [string, number],
  text: string,
  rest: string,
): TokenRule {
  const rule = token(name, anchors, `${before}${text.replace(/[.$]/g, "\\$&")}${rest}`);
  return { ...rule, fixed: { text, at } };
}

/** A token of an exact prefix: the prefix is the anchor. */
export function prefixed(name: string, prefix: string, rest: string): TokenRule {
  return token(name, prefix, prefix.replace(/[.$]/g, "\\$&") + rest);
}
