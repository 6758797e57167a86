/** Accessibility, as axe sees it. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

interface Axe {
  run(context: Document, options: object): Promise<{
    violations: { id: string; nodes: { html: string }[] }[];
  }>;
}

/** What axe finds on the page as it stands; in a second theme only the colours can differ. */
export async function violations(page: Page, onlyColours = false): Promise<string[]> {
  if (!await page.evaluate(() => "axe" in globalThis)) await page.evaluate(axeSource);
  return await page.evaluate(async (colours) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const options = colours ? { runOnly: ["color-contrast"] } : {};
    const result = await axe.run(document, options);
    return result.violations.map(({ id, nodes }) =>
      `${id}: ${nodes.slice(0, 2).map((node) => node.html.slice(0, 200)).join(" | ")}`
    );
  }, onlyColours);
}
