/**
 * One step of redaction: hides one family of secrets.
 *
 * @module
 */

import type { TokenRule } from "./token_rule.ts";

/** Hides one family of secrets in a text. */
export interface Pass {
  /** See {@linkcode TokenRule.anchors}; the empty list: it runs on every text. */
  anchors: readonly string[];
  run(text: string): string;
}

/** Gives the marker for a secret; for one that may stay, the secret or `otherwise`. */
export type Replace = (rule: string, secret: string, otherwise?: string) => string;

/** The step that hides what a rule matches. */
export function tokenPass(rule: TokenRule, replace: Replace): Pass {
  const hide = (match: string, ...rest: unknown[]) => {
    const groups = rest.at(-1);
    const secret = typeof groups === "object" && groups !== null
      ? (groups as Record<string, string | undefined>)["secret"] ?? match
      : match;
    if (rule.accept && !rule.accept(secret)) return match;
    return match.slice(0, match.length - secret.length) + replace(rule.name, secret);
  };
  const { anchors, pattern, fixed } = rule;
  if (!fixed) return { anchors, run: (text) => text.replace(pattern, hide) };
  const here = new RegExp(pattern.source, "y");
  return { anchors, run: (text) => replaceAround(text, fixed, here, hide) };
}

/** What `text.replace` gives with the same pattern, tried only around the text that is fixed. */
function replaceAround(
  text: string,
  fixed: { readonly text: string; readonly at: number },
  here: RegExp,
  hide: (match: string) => string,
): string {
  let done = 0;
  let clean = "";
  for (let at = text.indexOf(fixed.text); at >= 0; at = text.indexOf(fixed.text, at + 1)) {
    const start = at - fixed.at;
    if (start < done) continue;
    here.lastIndex = start;
    const match = here.exec(text)?.[0];
    if (match === undefined) continue;
    clean += text.slice(done, start) + hide(match);
    done = start + match.length;
  }
  return done === 0 ? text : clean + text.slice(done);
}
