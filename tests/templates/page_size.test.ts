import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { builtApp } from "../browser/report_page.ts";

/**
 * A little above what the page took when this was last changed; `docs/performance.md` says what. Deno
 * packs a little less tightly than Node.
 */
const charactersMax = 228_000;
const gzipBytesMax = 147_000;

test("the page without data is not larger than it was", async () => {
  const page = await builtApp();
  expect(page.length).toBeLessThan(charactersMax);
  expect(gzipSync(Buffer.from(page), { level: 9 }).length).toBeLessThan(gzipBytesMax);
}, 60_000);
