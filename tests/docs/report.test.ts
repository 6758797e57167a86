/** Tries what docs/report.md says of the command line, as it is written there. */

import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { goodSession, makeHome } from "../cli/homes.ts";
import { planloop, type Program, programs, temporaryFolder } from "../cli/program.ts";

const page = readFileSync(join(import.meta.dirname!, "../../docs/report.md"), "utf8");
const program = programs[0]!;
const ids = ["ci", "a", "b"].map((name) => `${name}-20261120T101500Z-1a2b`);
const home = makeHome(Object.fromEntries(ids.map((id) => [id, goodSession(id)])));

const optionsIn = (text: string) =>
  new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([option]) => option));

test("docs/report.md: the options that it names are those of the help", async () => {
  const { stdout } = await planloop(program, ["report", "--help"]);
  const options = optionsIn(/^Options:\n([\s\S]*?)\n\n/m.exec(stdout)![1]!);
  options.delete("--help");
  // Those of the other programs on the page.
  const others = ["--body-file", "--check"];
  expect([...optionsIn(page)].filter((option) => !others.includes(option)).sort())
    .toEqual([...options].sort());
});

/** What the first column of the page's table of options says, with an ellipsis for "and so on". */
const examples = page.split("\n")
  .flatMap((line) => /^\| (`--.*?) \| /.exec(line)?.[1] ?? [])
  .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, words]) => words!.replace("…", "")))
  .concat([...page.matchAll(/`(--(?:home|out|title|no-max-size|no-split|no-zip)[^`]*)`/g)]
    .map(([, words]) => words!));

describe("docs/report.md: every option does as written", () => {
  test("there are examples", () => {
    expect(examples.length).toBeGreaterThan(12);
    expect(examples).toContain("--session a --session b");
  });

  test.each(examples)("%s", async (words) => {
    const args = [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) =>
      quoted ?? plain!.replace("~/.planloop", home)
    );
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await planloop(program, ["report", ...args], { home, cwd });
    // What happened lately is not in a session of long ago.
    if (/--since \d+\w/.test(words)) {
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("holds nothing of what was asked for (since ");
    } else {
      expect([code, stdout], stderr).toEqual([0, `${join(cwd, "report", "index.html")}\n`]);
    }
  });
});

test.skipIf(process.platform === "win32")(
  "docs/report.md: the ticket's command line hands the ticket over",
  async () => {
    const line = /```console\n(planloop report --only[^\n]*)\n```/.exec(page)![1]!;
    const bin = temporaryFolder();
    const write = (name: string, text: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    write("planloop", `exec ${program.command.map((part) => `'${part}'`).join(" ")} "$@"`);
    write("gh", 'echo "$*"; cat');
    const shell: Program = { name: "sh", command: ["sh", "-c"] };
    const cwd = temporaryFolder();
    const { code, stdout } = await planloop(shell, [line], {
      home,
      cwd,
      env: { PATH: `${bin}:${process.env["PATH"]}` },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^issue create --title Checkout fails --body-file -\n## `/);
    expect(stdout).toContain("### Where to look first");
    expect(existsSync(join(cwd, "report", "report.zip"))).toBe(true);
  },
);
