/**
 * Runs the commands of docs/asking.md, and holds its tables of keys to what they print.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandTable } from "../../cli/commands.ts";
import { goodId, makeHome } from "../cli/homes.ts";
import { planloop, programs } from "../cli/program.ts";
import { recordedSession } from "../cli/recorded_home.ts";
import { busyTrace } from "../query/recorded.ts";

const root = join(import.meta.dirname!, "../..");
const page = readFileSync(join(root, "docs/asking.md"), "utf8");
const since = Date.parse("2026-11-20T10:15:03Z") / 1000;
const home = makeHome({
  [goodId]: {
    ...recordedSession(goodId),
    ".lock": "",
    ".lock_info": JSON.stringify({ held_by: "pid:2", since, operation: "update" }),
  },
});

// deno-lint-ignore no-explicit-any -- whatever a command prints
type Answer = any;

async function answer(...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await planloop(programs[0]!, ["dev", ...args], { home });
  expect([code, stderr], args.join(" ")).toEqual([0, ""]);
  return JSON.parse(stdout);
}

/** The keys in a row of the page's last tables: those of the command, or of a member of it. */
function documented(command: string, member?: string): string[] {
  const rows = page.split("\n").filter((line) => line.startsWith("| "));
  const start = rows.findIndex((row) => row.startsWith(`| \`${command}\` |`));
  expect(start, command).toBeGreaterThan(0);
  let row = rows[start];
  if (member !== undefined) {
    row = rows.slice(start + 1).find((one) => one.startsWith(`| … of \`${member}\` |`));
  }
  expect(row, `${command} ${member}`).toBeDefined();
  return [...row!.split("|")[2]!.matchAll(/`(\w+)`/g)].map(([, key]) => key!);
}

const keys = (value: object) => Object.keys(value);

test("docs/asking.md: the lists have the keys that the page says", async () => {
  const errors = await answer("errors", "list");
  expect(keys(errors)).toEqual(documented("errors list"));
  expect(keys(errors.groups[0])).toEqual(documented("errors list", "groups"));
  expect(keys(errors.errors[0])).toEqual(documented("errors list", "errors"));
  const locks = await answer("locks");
  expect(keys(locks)).toEqual(documented("locks"));
  expect(keys(locks.holders[0])).toEqual(documented("locks", "holders"));
  const perf = await answer("perf");
  expect(keys(perf)).toEqual(documented("perf"));
  for (const list of ["traces", "operations", "spans", "models", "metrics"]) {
    expect(keys(perf[list][0]).toSorted()).toEqual(documented("perf", list).toSorted());
  }
  const distribution = /`duration_ms` and `value` \| (.*) \|/.exec(page)![1]!;
  expect(keys(perf.operations[0].duration_ms).map((key) => `\`${key}\``).join(", "))
    .toBe(distribution);
});

test("docs/asking.md: the views have the keys that the page says", async () => {
  const shown = await answer("perf", "show", busyTrace);
  expect(keys(shown)).toEqual(documented("perf show <trace>"));
  expect(keys(shown.spans[0])).toEqual(documented("perf show <trace>", "spans"));
  expect(keys(await answer("trace", busyTrace))).toEqual(documented("trace"));
  expect(keys(await answer("perf", "show", "review"))[0])
    .toBe(documented("perf show <operation>")[0]);
});

test("docs/asking.md: a lock request has the keys that the page says", async () => {
  const text = /A lock request has ([\s\S]*?)\n\n/.exec(page)![1]!;
  const [request] = await answer("export-locks");
  for (const key of keys(request).filter((one) => one !== "source")) {
    expect(text).toContain(`\`${key}\``);
  }
});

test("docs/asking.md: its commands run", async () => {
  const commands = [...page.matchAll(/^planloop (dev .*?) +#/gm)].map(([, args]) => args!);
  expect(commands.length).toBeGreaterThan(7);
  const [{ fingerprint }] = await answer("export-errors");
  for (const command of commands.filter((one) => !one.includes("--follow"))) {
    const args = command.replace("f8defbc5", fingerprint.slice(0, 8))
      .replace("tr_20261122081417_a1b2c3", busyTrace).split(" ").slice(1);
    await planloop(programs[0]!, ["dev", ...args], { home })
      .then(({ code, stderr }) => expect([code, stderr], command).toEqual([0, ""]));
  }
});

test("docs/asking.md: names every export", () => {
  const dev = commandTable.find(({ name }) => name === "dev")!.commands!;
  const exports = dev.map(({ name }) => name).filter((name) => name.startsWith("export-"));
  expect(exports.length).toBeGreaterThan(6);
  for (const name of exports) expect(page).toContain(`| \`${name}\` |`);
});
