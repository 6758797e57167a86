/**
 * The report's page around script and style: places to fill in, and the policy that lets nothing
 * else run.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { styleEnd } from "./page_call.ts";

/** The places that the report writer fills in. */
export const places = {
  policy: "<!--planloop:policy-->",
  title: "<!--planloop:title-->",
  staticView: "<!--planloop:static-->",
  app: "<!--planloop:app-->",
  data: "<!--planloop:data-->",
} as const;

/** The script after each chunk of data. */
export const chunkScript = "planloop()";

/** What the app is built of. */
export interface AppCode {
  /** What runs first. */
  boot: string;
  /** All that is needed to draw the first view. */
  firstStyle: string;
  /** The app, which `boot` starts. */
  script: string;
  /** The rest of its style. */
  style: string;
}

/** What the report writer needs of the app. */
export interface BuiltApp {
  /** A whole page with the {@linkcode places}. */
  shell: string;
  /** The rest of the style, {@linkcode styleEnd}, and the script: deflated. */
  code: { inflatedBytes: number; bytes: Uint8Array };
}

/** Builds the app: the page around it, and what the page's first script unpacks. */
export function reportApp({ boot, firstStyle, script, style }: AppCode): BuiltApp {
  const app = { style: inertStyle(style), script: script.trim() };
  const text = Buffer.from(app.style + styleEnd + app.script);
  const bytes = deflateRawSync(text, { level: 9 });
  return {
    shell: reportShell(inertScript(boot.trim()), inertStyle(firstStyle), app),
    code: { inflatedBytes: text.length, bytes },
  };
}

function reportShell(
  boot: string,
  style: string,
  app: { script: string; style: string },
): string {
  const policy = [
    "default-src 'none'",
    // WebAssembly that this page's script compiles; it does not let any other script run.
    `script-src '${hash(boot)}' '${hash(app.script)}' '${hash(chunkScript)}' ` +
    `'wasm-unsafe-eval'${places.policy}`,
    `style-src '${hash(style)}' '${hash(app.style)}'`,
    "worker-src blob:",
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${places.title}</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
<script>${boot}</script>
</head>
<body>
<div id="planloop">${places.staticView}</div>
${places.app}
${places.data}
</body>
</html>
`;
}

/** A mark as an inline image, so that no browser asks a server for one. */
const icon = "data:image/svg+xml," + encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 18 18" fill="none" stroke="#4a7bf7" ' +
    'stroke-width="2" stroke-linecap="round"><path d="M15.2 5.4a7.2 7.2 0 1 0 .9 3.6"/>' +
    '<circle cx="9" cy="9" r="2.6" fill="#4a7bf7" stroke="none"/></svg>',
);

/** JavaScript that the HTML parser reads as one script: its strings cannot end the element. */
function inertScript(script: string): string {
  return script.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
}

function inertStyle(style: string): string {
  if (/<\/style/i.test(style)) throw new Error("Cannot build the page: the style ends itself.");
  return style.trim();
}

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
