/**
 * The dashboard in each browser of this machine: the way to a trace, what comes while it is
 * recorded, the server lost and back, and a session that attacks in every field of every record.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewTable } from "../../report/view_table.tsx";
import { type HostileSession, writeHostileSession } from "../helpers/hostile_session.ts";
import { crawl } from "./crawl.ts";
import { type Driver, drivers, type Visit } from "./driver.ts";
import { ServedHome } from "./served_home.ts";

const hostileId = "hostile-20251118T081417Z-ab12";
const homes: ServedHome[] = [];
let home: ServedHome;
let attacked: ServedHome;
let hostile: HostileSession;

async function served(): Promise<ServedHome> {
  const home = new ServedHome();
  homes.push(home);
  await home.start();
  return home;
}

/** Polls what a page shows. */
function shown(visit: Visit, selector: string) {
  const look = () =>
    visit.evaluate((wanted) => document.querySelector(wanted)?.textContent ?? "", selector);
  return expect.poll(look, { timeout: 30_000 });
}

function go(visit: Visit, hash: string): Promise<void> {
  return visit.evaluate((to) => void (location.hash = to), hash);
}

beforeAll(async () => {
  home = await served();
  attacked = await served();
  hostile = writeHostileSession(attacked.path, hostileId);
});
afterAll(async () => {
  for (const one of homes) await one.end();
});

// Where neither browser is installed there is nothing to open it in; CI installs both.
describe.each(drivers)("the dashboard in $name", ({ name, start }) => {
  let driver: Driver;
  beforeAll(async () => {
    driver = await start();
  });
  afterAll(() => driver?.close());

  test("leads to a session, shows what comes, and outlives its server", async () => {
    const session = home.record(`seen-${name.toLowerCase()}`);
    session.log("line 0.");
    const visit = await driver.open(home.url);
    await shown(visit, ".grid").toContain(`Session seen-${name.toLowerCase()}`);
    await visit.evaluate((title) => {
      const links = [...document.querySelectorAll<HTMLElement>(".grid a")];
      links.find((link) => link.textContent === title)!.click();
    }, `Session seen-${name.toLowerCase()}`);
    await shown(visit, ".live").toBe("Live");
    await go(visit, `#/@${session.id}/logs`);
    await shown(visit, ".grid").toContain("line 0.");
    session.log("line 1.");
    await shown(visit, ".grid").toContain("line 1.");
    const trace = session.trace("build", (trace) => {
      session.span("compile", () => session.log("it compiles"));
      return trace.id;
    });
    await go(visit, `#/@${session.id}/traces/${trace}`);
    await shown(visit, ".waterfall").toContain("compile");
    await go(visit, `#/@${session.id}/logs`);
    expect(visit.faults).toEqual([]);
    await home.stop();
    await shown(visit, ".live").toBe("No connection");
    session.log("line 2.");
    await home.start();
    await shown(visit, ".live").toBe("Live");
    await shown(visit, ".grid").toContain("line 2.");
    await go(visit, "#/");
    await shown(visit, "h1").toMatch(/^\d+ sessions?$/);
    session.close();
    await visit.close();
  }, 180_000);

  test("a hostile session is shown whole, and nothing of it runs", async () => {
    const visit = await driver.open(attacked.url);
    const seen = await crawl(visit, { from: ["#/", `#/@${hostileId}/`] });
    const faults = [...seen].flatMap(([hash, { faults }]) => faults.map((fault) => hash + fault));
    expect(faults).toEqual([]);
    expect(visit.faults).toEqual([]);
    const text = [...seen.values()].map((sight) => sight.text).join("\n");
    expect(hostile.marks.filter((mark) => !text.includes(mark))).toEqual([]);
    const places = new Set(
      [...seen.keys()].map((hash) => hash.split(/[?/]/).slice(2, 3).join("")),
    );
    for (const { id } of viewTable) if (id !== "overview") expect(places).toContain(id);
    expect(seen.size).toBeGreaterThan(100);
    await visit.close();
  }, 300_000);

  test("nothing that it names was asked for", () => {
    const own = /\.(?:mozilla\.(?:com|net|org)|firefox\.com|google(?:apis)?\.com|gvt1\.com)$/;
    expect(driver.hosts().filter((host) => !own.test(host))).toEqual([]);
  });
});
