/**
 * Rules that a caller adds.
 *
 * @module
 */

import { type Pass, type Replace, tokenPass } from "./pass.ts";

/**
 * A form of secret that planloop does not know.
 *
 * @example
 * ```ts
 * import { createRedactor } from "planloop/redact";
 *
 * const redactor = createRedactor({
 *   rules: [{ name: "acme", pattern: /acme-(?<secret>[a-z0-9]{12})/, anchors: ["acme-"] }],
 * });
 * redactor.text("key acme-0123456789ab"); // "key acme-[REDACTED:acme:…]"
 * ```
 */
export interface CustomRule {
  /** The name in the marker: lower-case letters, digits and `-`. */
  readonly name: string;
  /**
   * What to look for, everywhere in the text. The group `secret`, which must end the match, is
   * replaced, or else the whole match. Its time is the caller's concern.
   */
  readonly pattern: RegExp;
  /**
   * Texts of at least three characters, one of which every match holds (without case). Without
   * them the rule runs on every text, and every line costs more.
   */
  readonly anchors?: readonly string[];
}

const MARKERS = /(\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\])/;

/**
 * The step that hides what a caller's rule matches, never inside of a marker.
 *
 * @throws {RangeError} If the name or an anchor is not as {@linkcode CustomRule} asks.
 */
export function customPass(rule: CustomRule, replace: Replace): Pass {
  const { name, pattern, anchors = [] } = rule;
  if (!/^[a-z0-9-]{1,64}$/.test(name)) {
    throw new RangeError(
      `Cannot use ${JSON.stringify(name)} as a rule's name: expected lower-case letters, digits ` +
        'and "-"',
    );
  }
  const flags = pattern.flags.replace(/[gy]/g, "") + "g";
  const { run } = tokenPass({
    name,
    anchors,
    pattern: new RegExp(pattern.source, flags),
    accept: (secret) => secret !== "",
  }, replace);
  return {
    anchors,
    run: (text) =>
      text.split(MARKERS).map((part, index) => index % 2 === 1 ? part : run(part)).join(""),
  };
}
