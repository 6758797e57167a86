/**
 * Runs the commands of docs/scrub.md, and holds its tables to the code.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { harmlessSkips } from "../../cli/scrub/mod.ts";
import { goodId, goodSession, logLine, makeHome } from "../cli/homes.ts";
import { planloop, programs } from "../cli/program.ts";

const root = join(import.meta.dirname!, "../..");
const page = readFileSync(join(root, "docs/scrub.md"), "utf8");
const commands = [...page.matchAll(/^planloop (.*?)\s+#/gm)].map(([, args]) => args!.split(" "));

test("docs/scrub.md: its commands find, refuse and take out", async () => {
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  const home = makeHome({ [goodId]: goodSession() });
  const log = join(home, "sessions", goodId, "logs", "planloop.jsonl");
  writeFileSync(log, logLine(1, token));
  const codes: (number | null)[] = [];
  for (const args of [...commands, commands[1]!]) {
    const given = args.map((arg) => arg === "ci-2026" ? goodId.slice(0, 12) : arg);
    const { code, stdout, stderr } = await planloop(programs[0]!, given, { home });
    expect(stdout + stderr).not.toContain(token);
    codes.push(code);
  }
  expect(codes).toEqual([0, 3, 0, 0]);
  expect(readFileSync(log, "utf8")).not.toContain(token);
});

test("docs/scrub.md: names every kind that the code has", () => {
  const source = readFileSync(join(root, "cli/scrub/session_walk.ts"), "utf8");
  const kinds = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map(([, kind]) => kind!);
  expect(kinds.length).toBeGreaterThan(10);
  for (const kind of kinds) expect(page).toContain(`\`${kind}\``);
  const [harmless] = page.split("`binary_secret`");
  for (const kind of harmlessSkips) expect(harmless).toContain(`\`${kind}\``);
});
