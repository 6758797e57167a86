/**
 * The pages that a newcomer reads name files; those files exist.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commandTable } from "../../cli/commands.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const decisions = readdirSync(join(root, "docs/decisions")).map((name) => `docs/decisions/${name}`);
const pages = ["README.md", "CONTRIBUTING.md", "docs/architecture.md", ...decisions];
const read = (page: string) => readFileSync(join(root, page), "utf8");

describe.each(pages)("%s", (page) => {
  test("links only to files that exist", () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  test("names only source files that exist", () => {
    const named = [
      ...read(page).matchAll(
        /`((?:lib|cli|report|templates|demo|tests|scripts|docs|bench)\/[^`<>*\s]+)`/g,
      ),
    ]
      .map((match) => match[1]!)
      // A file of the recipe that is still to be written, or what the build makes.
      .filter((path) => !path.startsWith("templates/generated/"));
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

test("README.md shows only commands that exist", () => {
  const shown = [...read("README.md").matchAll(/^(?:\$ )?planloop ([a-z]+)(?: ([a-z][a-z-]*))?/gm)];
  expect(shown.length).toBeGreaterThan(3);
  for (const [line, name, sub] of shown) {
    const entry = commandTable.find((command) => command.name === name);
    expect(entry, line).toBeDefined();
    if (!entry!.commands) continue;
    expect(entry!.commands.some((command) => command.name === sub), line).toBe(true);
  }
});

test("the decisions are numbered without a gap", () => {
  const numbers = decisions
    .map((path) => Number(/\/(\d{4})-/.exec(path)?.[1]))
    .sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
