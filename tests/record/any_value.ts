/**
 * Values that a caller may hand to a recorder, secrets among them.
 *
 * @module
 */

import fc from "fast-check";

/** An environment that holds a secret. */
export const ownSecrets: Record<string, string> = { MY_API_KEY: 'q"uoted\\secret ü1' };

const secrets = [
  "hunter2hunter2",
  "ghp_" + "a1B2".repeat(9),
  'q"uoted\\secret ü1',
  "1",
  "x-api-key",
  "--token",
  "a1=2",
];

/** Texts of all kinds. */
export const anyTexts: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom(...secrets, "a\n", "\ud800", "é", "[REDACTED:key:0000]"),
);

/** Keys of all kinds. */
export const anyKeys: fc.Arbitrary<string> = fc.oneof(
  fc.string(),
  fc.constantFrom("password", "p.w.d", "__proto__", "token", "name", "value", "pass", "user"),
);

const leaves = fc.oneof(
  anyTexts,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, 1n, new Date(0), () => 1),
);

/** Values of all kinds, nested. */
export const anyTree: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaves,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(anyKeys, tie("tree"), { maxKeys: 5 }),
  ),
})).tree;
