import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { wholeHead } from "../../lib/bundle/mod.ts";
import { dashboardHead } from "../../server/dashboard.ts";
import { fillPage } from "../../templates/mod.ts";
import { builtApp } from "../browser/report_page.ts";

/**
 * A little above what the page took when this was last changed; `docs/performance.md` says what. Deno
 * packs a little less tightly than Node.
 */
const bytesMax = 196_000;
const gzipBytesMax = 157_000;

test("the page without data is not larger than it was", async () => {
  const head = wholeHead(dashboardHead([], "0.0.0"));
  const pieces: Uint8Array[] = [];
  const parts = { app: await builtApp(), head, staticHtml: "", chunks: [] };
  for await (const piece of fillPage(parts)) pieces.push(piece);
  const page = Buffer.concat(pieces);
  const gzipBytes = gzipSync(page, { level: 9 }).length;
  expect([page.length, page.length < bytesMax]).toEqual([page.length, true]);
  expect([gzipBytes, gzipBytes < gzipBytesMax]).toEqual([gzipBytes, true]);
}, 60_000);
