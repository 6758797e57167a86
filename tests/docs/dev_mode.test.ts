/**
 * Runs the commands of docs/dev-mode.md in their order, and holds its tables to what is there.
 *
 * @module
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  devModeOf,
  makeCheckout,
  namesIn,
  pathWith,
  runnableLayouts,
} from "../cli/dev_mode/layouts.ts";
import { planloop, temporaryFolder } from "../cli/program.ts";

const root = join(import.meta.dirname!, "../..");
const page = readFileSync(join(root, "docs/dev-mode.md"), "utf8");
const commands = [...page.matchAll(/^planloop (.*?)\s+#/gm)].map(([, args]) => args!.split(" "));

test("docs/dev-mode.md: its commands work one after the other, with the documented keys", async () => {
  const checkout = makeCheckout();
  const folder = temporaryFolder();
  const bin = runnableLayouts[0]!.install(folder);
  const names = namesIn(bin);
  const program = { name: "planloop", command: [join(bin, "planloop")] as const };
  const home = join(folder, "home");
  const env = { HOME: folder, PATH: pathWith(bin) };
  const modes: Record<string, string> = {};
  for (const args of commands) {
    const { code, stdout, stderr } = await planloop(program, args, { cwd: checkout, home, env });
    expect([args, code, stderr]).toEqual([args, 0, ""]);
    const { changed: _, notes: __, checks: ___, ...status } = JSON.parse(stdout);
    expect(Object.keys(status)).toEqual(documented("## Status"));
    modes[args[1]!] = status.mode;
    if (status.mode === "dev") expect(namesIn(bin)).toContain("planloop.stable");
  }
  expect(modes).toEqual({
    on: "dev",
    status: "dev",
    off: "stable",
    dogfood: "dev",
    restore: "stable",
  });
  expect(namesIn(bin)).toEqual(names);
  expect(devModeOf(home)).toMatchObject({ mode: "stable" });
});

/** The first column of the table below a heading. */
function documented(heading: string): string[] {
  const part = page.split(heading)[1]!.split("\n## ")[0]!;
  return [...part.matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key!);
}

test("docs/dev-mode.md: names the files as the code does", () => {
  const place = readFileSync(join(root, "cli/dev_mode/place.ts"), "utf8");
  const named = [".planloop.switch.json", ".planloop.launcher.new", "planloop.stable"];
  for (const name of named) expect(page).toContain(`\`${name}\``);
  for (const name of named.slice(0, 2)) expect(place).toContain(`"${name}"`);
  expect(readdirSync(join(root, "scripts"))).toContain("run_source.mjs");
});
