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

/** What a test runner prints: named, numbered and true colours, a title, a cleared line, a link. */
export const coloured =
  "\u001b[2K\u001b]0;tests\u0007\u001b[1;31mFAIL\u001b[0m \u001b[2mtests/\u001b[22m" +
  "\u001b[4mqueue.test.ts\u001b[24m \u001b[48;5;226;30m slow \u001b[0m " +
  "\u001b[38;2;255;140;0mretried 3 times\u001b[39m \u001b[7m 1 of 13 \u001b[27m " +
  "\u001b]8;;https://evil.example/\u001b\\see the log\u001b]8;;\u001b\\";

/** An error as a runtime prints it, most of its frames in libraries. */
export const printedStack = `TypeError: Cannot read properties of undefined (reading 'id')
    at pick (/home/dev/webhooks/src/pick.ts:41:18)
    at deliver (/home/dev/webhooks/src/deliver.ts:88:5)
    at Layer.handle (/home/dev/webhooks/node_modules/router/lib/layer.js:95:5)
    at next (/home/dev/webhooks/node_modules/router/lib/route.js:144:13)
    at Route.dispatch (/home/dev/webhooks/node_modules/router/lib/route.js:114:3)
    at async run (/home/dev/webhooks/src/main.ts:12:3)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at node:internal/main/run_main_module:28:49
Caused by: Error: ECONNRESET`;
