/**
 * The report's page around script and style: places to fill in, and the policy that lets nothing
 * else run.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { appKind } from "./page_call.ts";

/** The places that the report writer fills in. */
export const places = {
  policy: "<!--planloop:policy-->",
  title: "<!--planloop:title-->",
  staticView: "<!--planloop:static-->",
  data: "<!--planloop:data-->",
} as const;

/** The script after each chunk of data. */
export const chunkScript = "planloop()";

/** What the page is built of. */
export interface PageCode {
  /** What runs first. */
  boot: string;
  /** The app, which it starts. */
  script: string;
  style: string;
}

/** Builds the page. */
export function reportPage({ boot, script, style }: PageCode): string {
  const safeBoot = inertScript(boot.trim());
  const app = Buffer.from(script.trim());
  const safeStyle = style.trim();
  if (/<\/style/i.test(safeStyle)) throw new Error("Cannot build the page: the style ends itself.");
  const policy = [
    "default-src 'none'",
    // WebAssembly that this page's script compiles; it does not let any other script run.
    `script-src '${hash(safeBoot)}' '${hash(app)}' '${hash(chunkScript)}' ` +
    `'wasm-unsafe-eval'${places.policy}`,
    `style-src '${hash(safeStyle)}'`,
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
<style>${safeStyle}</style>
<script>${safeBoot}</script>
</head>
<body>
<div id="planloop">${places.staticView}</div>
<script type="text/plain" data-kind="${appKind}" data-inflated="${app.length}">${
    deflateRawSync(app, { level: 9 }).toString("base64")
  }</script><script>${chunkScript}</script>
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

function hash(text: string | Uint8Array): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
