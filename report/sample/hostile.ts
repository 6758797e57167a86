/**
 * Text as an attacker, or a careless model, would record it. It must be shown, and only shown.
 *
 * @module
 */

/** Markup that would run if it ever became a document. */
export const scriptTag =
  `<script>globalThis.__pwned = true</script><img src=x onerror="globalThis.__pwned=true">`;

/** Ends the elements that a page could have put the text in. */
export const closers = `</script></style></textarea></title>--><!--<svg onload=alert(1)>]]>`;

/** A file name that reads backwards: "photo_high_resolution_exe.jpg" to a careless eye. */
export const bidi = "invoice_\u202Egpj.exe\u202C and \u2066isolated\u2069 text";

/** Control characters: NUL, escape sequences, backspace, a bell. */
export const controls = "before\u0000after \u001b[31mred\u001b[0m \u0008\u0007 \u2028 \ufeff end";

/** One word without a place to break. */
export const longWord = "x".repeat(4000);

/** Markdown with everything that a plan must not be able to do. */
export const markdown = `Hostile: ${scriptTag} [run me](javascript:alert(1)) ` +
  `![beacon](https://evil.example/pixel.png) [site](https://example.com/a?b=1&c=2)`;
