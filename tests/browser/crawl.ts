/**
 * Goes through a report as a reader could: every view, every row, every link inside, everything
 * that unfolds.
 */

import type { Visit } from "./driver.ts";

/** Most addresses that one crawl goes to; more are a fault of the test's session. */
export const addressesMax = 400;

/** What is at one address, with everything unfolded. */
export interface Seen {
  /** The address that is open now. */
  hash: string;
  text: string;
  /** Addresses inside the report that it leads to. */
  links: string[];
  /** What must not be there. */
  faults: string[];
}

/** How a report is crawled. */
export interface CrawlOptions {
  /** Where to begin. */
  from?: readonly string[];
  /** Whether links and rows are followed. Default: true. */
  follow?: boolean;
}

/** Visits every address that can be reached. */
export async function crawl(
  visit: Visit,
  { from = ["#/"], follow = true }: CrawlOptions = {},
): Promise<Map<string, Seen>> {
  const seen = new Map<string, Seen>();
  const waiting = [...from];
  const known = new Set(waiting.map(place));
  while (waiting.length > 0) {
    if (seen.size >= addressesMax) throw new Error(`More than ${addressesMax} addresses.`);
    const hash = waiting.shift()!;
    const found = await visit.evaluate(look, { hash, rows: follow });
    seen.set(hash, found);
    if (!follow) continue;
    for (const link of found.links) {
      if (known.has(place(link))) continue;
      known.add(place(link));
      waiting.push(link);
    }
  }
  return seen;
}

/** An address without its filters: the same place with others shows nothing new. */
function place(hash: string): string {
  const [path, query = ""] = hash.split("?");
  const params = new URLSearchParams(query);
  const row = params.get("row");
  return `${path}?${row ? `row=${row}` : `tab=${params.get("tab")}&path=${params.get("path")}`}`;
}

/** Runs in the page: goes to an address, opens its rows one after the other, then unfolds all. */
async function look({ hash, rows }: { hash: string; rows: boolean }): Promise<Seen> {
  const settle = async (rounds = 2) => {
    for (let round = 0; round < rounds; round++) {
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      for (let tries = 0; document.querySelector(".loading") && tries < 500; tries++) {
        await new Promise((done) => setTimeout(done, 10));
      }
    }
  };
  // The app starts after the first frame.
  for (let tries = 0; !document.querySelector(".quick-search input") && tries < 200; tries++) {
    await new Promise((done) => setTimeout(done, 10));
  }
  if (location.hash !== hash) location.hash = hash;
  await settle();
  const root = document.getElementById("planloop")!;
  const links = new Set<string>();
  const open = decodeURI(location.hash);
  const isDrawer = root.querySelector(".drawer") !== null;
  if (rows && !isDrawer) {
    const count = () => root.querySelectorAll(".grid-body .grid-row, .waterfall-row").length;
    for (let row = 0; row < count(); row++) {
      const element = root.querySelectorAll<HTMLElement>(".grid-body .grid-row, .waterfall-row");
      // The address changes at once; what is there, the address' own visit sees.
      element[row]?.click();
      if (decodeURI(location.hash) === open) continue;
      links.add(location.hash);
      location.hash = hash;
      await settle(1);
    }
  }
  const folded = ".json-toggle[aria-expanded=false], .fold[aria-expanded=false], " +
    ".fold:not([aria-expanded])";
  for (let round = 0; round < 12; round++) {
    const main = root.querySelector("main") ?? root;
    const closed = [...main.querySelectorAll<HTMLElement>("details:not([open]) > summary")];
    const buttons = [...main.querySelectorAll<HTMLElement>(folded)];
    if (closed.length + buttons.length === 0) break;
    for (const element of [...closed, ...buttons]) element.click();
    await settle();
  }
  const faults: string[] = [];
  for (const link of root.querySelectorAll("a")) {
    const target = link.getAttribute("href") ?? "";
    if (target.startsWith("#/")) links.add(target);
    else if (!/^(?:https?:|mailto:|#)/.test(target)) faults.push(`link to ${target}`);
  }
  const bad = "script, img, iframe, object, embed, link, meta, base, form, style, svg [onload], " +
    "[onerror], [onload], [onclick], [onmouseover], [onfocus], [ontoggle], [srcdoc], [autofocus]";
  for (const element of root.querySelectorAll(bad)) {
    faults.push(`element ${element.outerHTML.slice(0, 100)}`);
  }
  for (const element of root.querySelectorAll(".load-error, .dead-link")) {
    faults.push(`fails: ${element.textContent}`.slice(0, 200));
  }
  for (const name of ["__pwned", "polluted"]) {
    if (name in globalThis) faults.push(`${name} is set`);
  }
  // The text as it is drawn, and what stands beside it when one points at it.
  const titles = [...root.querySelectorAll("[title]")].map((element) =>
    element.getAttribute("title")
  );
  return {
    hash: location.hash,
    text: `${root.textContent} ${titles.join(" ")}`,
    links: [...links],
    faults,
  };
}
