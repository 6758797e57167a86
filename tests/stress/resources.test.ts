import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { memoryFolder } from "../helpers/memory_folder.ts";

/** `npm run stress` runs it whole, `npm test` a tenth. */
const isStress = process.env["PLANLOOP_STRESS"] === "1";
const share = isStress ? 1 : 10;
const megabyte = 1024 * 1024;
const timeoutMs = isStress ? 600_000 : 120_000;

const root = memoryFolder("planloop-resources-");
let script = "";

beforeAll(async () => {
  script = await bundleChild(join(import.meta.dirname!, "children/resource_child.ts"));
});
afterAll(() => {
  removeBundles();
  rmSync(root, { recursive: true, force: true });
});

/** What a process holds of the system. Sizes in bytes. */
interface Held {
  heapUsed: number;
  external: number;
  rss: number;
  descriptors: number;
  listeners: number;
  /** What keeps the event loop busy, by name; empty where the runtime does not tell. */
  resources: string;
}

type Held4 = [Held, Held, Held, Held];

async function run(task: string, count: number): Promise<Held[]> {
  const home = mkdtempSync(join(root, "home-"));
  const child = spawnChild(script, [home, task, String(count)]);
  expect(await child.exit, child.errors()).toEqual({ code: 0, signal: null });
  expect(child.errors()).toBe("");
  rmSync(home, { recursive: true, force: true });
  return child.output().trimEnd().split("\n").map((line) => JSON.parse(line));
}

function say(what: string, early: Held, late: Held): void {
  if (!isStress) return;
  const growth = (key: "heapUsed" | "rss") => ((late[key] - early[key]) / megabyte).toFixed(1);
  process.stderr.write(
    `resources: ${what}: heap ${growth("heapUsed")} MB, rss ${growth("rss")} MB ` +
      `more after all of them than after a tenth; ${late.descriptors} descriptors\n`,
  );
}

const sessionCount = 10_000 / share;

test(`${sessionCount} sessions leave no descriptor, no listener and no memory behind`, async () => {
  const [before, early, late] = await run("sessions", sessionCount) as [Held, Held, Held];
  expect(late.descriptors).toBe(early.descriptors);
  expect([early.listeners, late.listeners]).toEqual([before.listeners, before.listeners]);
  expect(late.resources).toBe(early.resources);
  // A session that stayed would hold 20 kB and more.
  const boundBytes = sessionCount * 200 + 2 * megabyte;
  expect(late.heapUsed - early.heapUsed).toBeLessThan(boundBytes);
  expect(late.external - early.external).toBeLessThan(boundBytes);
  say(`${sessionCount} sessions`, early, late);
}, timeoutMs);

const recordCount = 1_000_000 / share;

test.each(["records", "batch"])(
  `${recordCount} records of one session take memory that does not grow (%s)`,
  async (task) => {
    const [before, early, late, closed] = await run(task, recordCount) as Held4;
    expect(late.descriptors).toBe(early.descriptors);
    expect(late.listeners).toBe(early.listeners);
    expect(closed.descriptors).toBe(early.descriptors - 2);
    expect(closed.listeners).toBe(before.listeners);
    // Ten bytes kept of each record would be 9 MB.
    expect(late.heapUsed - early.heapUsed).toBeLessThan(4 * megabyte);
    expect(late.external - early.external).toBeLessThan(4 * megabyte);
    expect(late.rss - early.rss).toBeLessThan(48 * megabyte);
    say(`${recordCount} ${task}`, early, late);
  },
  timeoutMs,
);
