/**
 * A session that attacks in every field of every record, in each kind of report and in each
 * browser: it is shown, all of it, and only shown.
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeReport } from "../../cli/report/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome, type StoredSession } from "../../lib/store/mod.ts";
import { viewTable } from "../../report/view_table.tsx";
import { type HostileSession, writeHostileSession } from "../helpers/hostile_session.ts";
import { crawl, type Seen } from "./crawl.ts";
import { type Driver, drivers } from "./driver.ts";
import { builtApp } from "./report_page.ts";

/** The size of the longest line: whole in `npm run stress`, a tenth in `npm test`. */
const longLineBytes = (process.env["PLANLOOP_STRESS"] === "1" ? 20 : 2) * 1024 * 1024;

const root = mkdtempSync(join(tmpdir(), "planloop-hostile-"));
const id = "hostile-20251118T081417Z-ab12";
/** A folder may have any name; only inside a home must it be an id. */
const evilFolder = `<img src=x onerror=__pwned=1> "'\`$(x) \u202Egpj`;
let hostile: HostileSession;
let sessions: StoredSession[];

beforeAll(async () => {
  hostile = writeHostileSession(join(root, "home"), id);
  cpSync(hostile.path, join(root, evilFolder), { recursive: true });
  const home = openHome(join(root, "home"));
  sessions = [home.findSession(id), home.findSession(join(root, evilFolder))];
  await builtApp();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Every view, one drawer of each kind, and the trace page. */
const sights = [
  "#/",
  ...viewTable.map(({ id }) => `#/${id}`),
  ...["signals", "notes", "artifacts", "transcript"].map((tab) => `#/tasks?tab=${tab}`),
  "#/tasks/1",
  "#/tasks/__proto__?tab=signals",
  "#/logs/logs%2Fplanloop.jsonl%3A1",
  "#/logs?tab=patterns",
  "#/llm/tr_hostile_llm",
  "#/performance/__proto__",
  "#/traces/tr_hostile",
  "#/traces/..%2F..%2Fevil",
  "#/traces/tr_hostile?row=span%3A__proto__",
  "#/traces/tr_hostile?tab=flame",
  "#/errors/tr_hostile_error",
  "#/locks/constructor",
  "#/changes/tr_hostile_diff",
  "#/changes?tab=paths",
  "#/problems/1",
];

interface Variant {
  name: string;
  write(): Promise<string>;
  from: string[];
}

const write = async (out: string, list: StoredSession[], more: object = {}) =>
  (await writeReport(list, {
    out: join(root, out),
    runtime: systemRuntime(),
    app: await builtApp(),
    ...more,
  })).file;

/** Unpacks an archive, as whoever received it would. */
function unpack(archive: string): string {
  const folder = join(root, "unpacked");
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(archive)))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  const page = join(folder, "index.html");
  return existsSync(page) ? page : join(folder, "report", "index.html");
}

const variants: Variant[] = [
  {
    name: "in a folder",
    write: () => write("split", sessions.slice(0, 1), { split: true }),
    from: sights,
  },
  {
    name: "of several sessions",
    write: () => write("several", sessions),
    from: ["#/", ...sights.slice(1).map((hash) => hash.replace("#/", `#/@${id}/`))],
  },
  {
    name: "of several sessions in a folder, from an archive",
    write: async () => unpack(await write("zip", sessions, { split: true, zip: true })),
    from: ["#/", ...sights.slice(1).map((hash) => hash.replace("#/", `#/@${id}/`))],
  },
];

const faultsIn = (seen: Map<string, Seen>) =>
  [...seen].flatMap(([hash, { faults }]) => faults.map((fault) => `${hash} ${fault}`));

// Where neither browser is installed there is nothing to open it in; CI installs both.
describe.each(drivers)("a hostile session in $name", ({ start }) => {
  let driver: Driver;
  beforeAll(async () => {
    driver = await start();
  });
  afterAll(() => driver?.close());

  test("is shown whole, from every field of every record, and nothing of it runs", async () => {
    const file = await write("one", sessions.slice(0, 1));
    const visit = await driver.open(pathToFileURL(file).href);
    const seen = await crawl(visit);
    expect(faultsIn(seen)).toEqual([]);
    expect(visit.faults).toEqual([]);
    const text = [...seen.values()].map((sight) => sight.text).join("\n");
    expect(hostile.marks.filter((mark) => !text.includes(mark))).toEqual([]);
    expect(hostile.marks.length).toBeGreaterThan(190);
    // The crawl went somewhere: each view, and each kind of record open.
    const places = new Set(
      [...seen.keys()].map((hash) => hash.split(/[?/]/).slice(0, 2).join("/")),
    );
    for (const { id } of viewTable) expect(places).toContain(`#/${id}`);
    expect(seen.size).toBeGreaterThan(100);
    await visit.close();
  }, 180_000);

  test.each(variants)("is only shown in a report $name", async ({ write, from }) => {
    const visit = await driver.open(pathToFileURL(await write()).href);
    const seen = await crawl(visit, { from, follow: false });
    expect(faultsIn(seen)).toEqual([]);
    expect(visit.faults).toEqual([]);
    // What is open is the hostile session's: its title is in every frame.
    const strange = [...seen].filter(([hash, { text }]) =>
      hash !== "#/" && !text.includes("«state.title»")
    );
    expect(strange.map(([hash]) => hash)).toEqual([]);
    await visit.close();
  }, 120_000);

  test("has a line that is longer than anything else, and it opens", async () => {
    const long = `long-${id}`;
    const home = join(root, `home-${long}`);
    writeHostileSession(home, long, { longLineBytes });
    const file = await write("long", openHome(home).sessions());
    const lines = readFileSync(join(home, "sessions", long, "logs", "planloop.jsonl"), "utf8")
      .trimEnd().split("\n").length;
    const hash = `#/logs/logs%2Fplanloop.jsonl%3A${lines}`;
    const visit = await driver.open(pathToFileURL(file).href + hash);
    const shown = await visit.evaluate(async () => {
      const button = () =>
        [...document.querySelectorAll(".drawer button.fold")].map((fold) => fold.textContent)
          .find((words) => /^Show all [\d,]+ characters$/.test(words ?? ""));
      for (let tries = 0; !button() && tries < 2000; tries++) {
        await new Promise((done) => setTimeout(done, 20));
      }
      return {
        length: Number(button()?.replace(/\D/g, "")),
        nodes: document.querySelectorAll("*").length,
        pwned: "__pwned" in globalThis,
      };
    }, null);
    expect(shown.length).toBeGreaterThan(longLineBytes);
    expect(shown.pwned).toBe(false);
    expect(shown.nodes).toBeLessThan(1000);
    expect(visit.faults).toEqual([]);
    await visit.close();
  }, 180_000);

  test("nothing that it names was asked for", () => {
    expect(
      driver.hosts().filter((host) =>
        !/\.(?:mozilla\.(?:com|net|org)|firefox\.com|google(?:apis)?\.com|gvt1\.com)$/.test(host)
      ),
    )
      .toEqual([]);
  });
});

describe.each(drivers)("a hostile session without scripts in $name", ({ start }) => {
  test("is readable, and nothing of it becomes markup", async () => {
    const driver = await start({ scripts: false });
    const visit = await driver.open(pathToFileURL(await write("still", sessions.slice(0, 1))).href);
    const seen = await visit.evaluate(() => {
      const main = document.getElementById("planloop")!;
      const bad = "script, img, iframe, link, base, form, style, [onerror], [onload], a";
      return { text: main.innerText, bad: main.querySelectorAll(bad).length };
    }, null);
    expect(seen.bad).toBe(0);
    for (const mark of ["state.title", "log.operation", "log.message"]) {
      expect(seen.text).toContain(`«${mark}»`);
    }
    expect(visit.faults).toEqual([]);
    await driver.close();
  });
});
