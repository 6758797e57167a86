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
  return {
    anchors: rule.anchors,
    run: (text) =>
      text.replace(rule.pattern, (match: string, ...rest: unknown[]) => {
        const groups = rest.at(-1);
        const secret = typeof groups === "object" && groups !== null
          ? (groups as Record<string, string | undefined>)["secret"] ?? match
          : match;
        if (rule.accept && !rule.accept(secret)) return match;
        return match.slice(0, match.length - secret.length) + replace(rule.name, secret);
      }),
  };
}
