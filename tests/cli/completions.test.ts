/**
 * Completions as a shell makes them: bash, zsh and fish really run, where they are installed.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import type { Command } from "commander";
import { programShape } from "../../cli/completions/shape.ts";
import { main } from "../../cli/main.ts";
import { fakeIo, fakeOutput } from "./fake_io.ts";
import { goodId, goodSession, makeHome, secondId } from "./homes.ts";
import { cleanEnvironment, planloop, programs, temporaryFolder } from "./program.ts";

const has = (shell: string) => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** A folder with a `planloop` to put on the PATH, and files to complete. */
let place: string;
let home: string;
let emptyHome: string;
let env: Record<string, string>;

beforeAll(() => {
  place = temporaryFolder();
  home = makeHome({ [goodId]: goodSession(), [secondId]: goodSession(secondId) });
  emptyHome = makeHome({});
  const [program] = programs;
  const words = program!.command.map((word) => `'${word}'`).join(" ");
  mkdirSync(join(place, "bin"));
  mkdirSync(join(place, "a folder"));
  writeFileSync(join(place, "a file"), "");
  writeFileSync(join(place, "bin", "planloop"), `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(join(place, "bin", "planloop"), 0o755);
  env = {
    ...cleanEnvironment(),
    PATH: `${join(place, "bin")}:${process.env["PATH"]}`,
    PLANLOOP_HOME: home,
    TERM: "xterm",
    // Written once: to start planloop for each line would take most of the time.
    SCRIPTS: temporaryFolder(),
  };
  for (const [shell] of shells) {
    const script = lines("planloop", ["completions", shell]).join("\n");
    writeFileSync(join(env["SCRIPTS"]!, shell), `${script}\n`);
  }
});

/** Runs a shell in the place and gives its lines. */
function lines(
  shell: string,
  args: readonly string[],
  more: Record<string, string> = {},
): string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, {
    cwd: place,
    env: { ...env, ...more },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

/** What bash offers for a line, whose words are given as bash splits it. */
function bash(words: readonly string[]): string[] {
  const script = `source "$SCRIPTS/bash"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_planloop
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return lines("bash", ["--norc", "--noprofile", "-c", script, "bash", ...words]);
}

/** What fish offers for a line. */
function fish(words: readonly string[]): string[] {
  const line = words.map((word) => word === "" ? "" : word.replaceAll(" ", "\\ ")).join(" ")
    .replace(" = ", "=");
  const script = 'source "$SCRIPTS/fish"; complete -C "$LINE"';
  return lines("fish", ["--no-config", "-c", script], { LINE: line })
    .map((offer) => offer.split("\t")[0]!.replace(/^--[a-z]+=(?=.)/, ""));
}

/** Set up so that everything that is offered is written to a file, also where nothing is shown. */
const zshrc = `PS1=
autoload -Uz compinit; compinit -u -D
source "$SCRIPTS/zsh"
compadd() {
  if [[ " \${@[1,(i)(-|--)]} " == *" -"(O|A|D)* ]]; then builtin compadd "$@"; return $?; fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- $hits >> $OUT
  builtin compadd "$@"
}
finish() { exit }
zle -N finish
bindkey '^I' complete-word
bindkey '^X^Y' finish
`;

/** Types the line into an interactive zsh, then Tab, then the key that ends it. */
const zshDriver = `zmodload zsh/zpty
zpty z zsh -i
zpty -w -n z "$LINE"$'\\t\\x18\\x19'
while zpty -r z part 2>/dev/null; do :; done
`;

/** What zsh offers for a line. */
function zsh(words: readonly string[]): string[] {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  writeFileSync(join(folder, ".zshrc"), zshrc);
  writeFileSync(out, "");
  const line = words.map((word) => word.replaceAll(" ", "\\ ")).join(" ").replace(" = ", "=");
  lines("zsh", ["-f", "-c", zshDriver], { LINE: line, OUT: out, ZDOTDIR: folder });
  return [...new Set(readFileSync(out, "utf8").split("\n").filter((offer) => offer.trim() !== ""))];
}

const shells = [
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
] as const;

const sessionCommands = ["current", "help", "info", "list", "remove", "use"];
const folders = (offers: string[]) => offers.map((offer) => offer.replace(/\/$/, ""));

// What a shell offers can only be asked where it is installed; CI installs all three.
for (const [shell, complete] of shells) {
  describe.skipIf(!has(shell))(shell, () => {
    test("completes commands, of the program and of a group", () => {
      expect(complete(["planloop", "rep"])).toEqual(["report"]);
      expect(complete(["planloop", "sessions", ""]).sort()).toEqual(sessionCommands);
      expect(complete(["planloop", "--quiet", "doc"])).toEqual(["doctor"]);
      expect(complete(["planloop", "help", "sess"])).toEqual(["sessions"]);
    });

    test("completes options, those that every command has too", () => {
      expect(complete(["planloop", "report", "--s"]).sort())
        .toEqual(["--session", "--since", "--split"]);
      expect(complete(["planloop", "dev", "scrub", "--verb"])).toEqual(["--verbose"]);
    });

    test("completes the words that an option or a command takes", () => {
      expect(complete(["planloop", "report", "--only", ""])).toEqual(["errors"]);
      expect(complete(["planloop", "completions", ""]).sort()).toEqual(["bash", "fish", "zsh"]);
      expect(complete(["planloop", "dev", "export-logs", "--level", ""]).sort())
        .toEqual(["CRITICAL", "DEBUG", "ERROR", "INFO", "WARNING"]);
      expect(complete(["planloop", "dev", "export-logs", "--level", "=", "W"])).toEqual([
        "WARNING",
      ]);
    });

    test("completes sessions: the arguments', each of several, the options'", () => {
      const both = [goodId, secondId];
      expect(complete(["planloop", "sessions", "info", "checkout-20261120"])).toEqual([goodId]);
      expect(complete(["planloop", "sessions", "remove", goodId, "checkout-20261121"]))
        .toEqual([secondId]);
      expect(complete(["planloop", "report", "--session", "ch"]).sort()).toEqual(both);
      expect(complete(["planloop", "report", "--session", "=", "ch"]).sort()).toEqual(both);
      expect(complete(["planloop", "report", "--title", "x", "--session", "ch"]).sort())
        .toEqual(both);
    });

    test("completes the sessions of commands that ask, also below a group that is one itself", () => {
      const both = [goodId, secondId];
      for (const command of ["errors list", "perf show x", "export-logs"]) {
        const words = ["planloop", "dev", ...command.split(" "), "--session", "ch"];
        expect(complete(words).sort(), command).toEqual(both);
      }
      expect(complete(["planloop", "dev", "perf", "sh"])).toEqual(["show"]);
      expect(complete(["planloop", "dev", "export-logs", "--tr"])).toEqual(["--trace"]);
      // A trace may be any; the sessions are none of them.
      expect(complete(["planloop", "dev", "export-logs", "--trace", "ch"])).toEqual([]);
      expect(complete(["planloop", "web", "--po"])).toEqual(["--port"]);
      expect(folders(complete(["planloop", "dev", "on", "--repo", "a"])).join()).toContain(
        "folder",
      );
    });

    test("asks the home that the line names", () => {
      expect(complete(["planloop", "report", "--home", emptyHome, "--session", "ch"])).toEqual([]);
    });

    test("completes folders, with blanks in their names, where a folder is expected", () => {
      expect(folders(complete(["planloop", "report", "--out", "a"]))).toEqual(
        expect.arrayContaining([expect.stringMatching(/^a(\\)? folder$/)]),
      );
      expect(complete(["planloop", "report", "--out", "a"]).join()).not.toContain("file");
    });

    test("offers nothing where anything may stand", () => {
      expect(complete(["planloop", "report", "--title", "x"])).toEqual([]);
    });
  });
}

test.runIf(has("bash") && spawnSync("script", ["--version"]).stdout?.includes("util-linux"))(
  "bash, interactive: Tab completes the line",
  () => {
    const typed = 'eval "$(planloop completions bash)"\nplanloop doct\t--help\nexit\n';
    const { stdout } = spawnSync(
      "script",
      ["-qec", "bash --norc --noprofile -i", "/dev/null"],
      { cwd: place, env: { ...env, NO_COLOR: "1" }, encoding: "utf8", input: typed },
    );
    expect(stdout).toContain("Usage: planloop doctor [options]");
  },
);

describe.each(programs)("$name completions", (program) => {
  test("a script for each shell, and for nothing else", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, stdout, stderr } = await planloop(program, ["completions", shell]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`planloop completions ${shell}`);
      // What only tests and other processes of planloop use is not offered.
      expect(stdout).not.toContain("worker");
      expect(stdout).not.toContain("undefined");
    }
    const { code, stderr } = await planloop(program, ["completions"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("expected bash, zsh or fish")]);
    expect((await planloop(program, ["completions", "csh"])).stderr)
      .toContain("Allowed choices are bash, zsh, fish");
  });

  test("--sessions gives ids and titles, whatever is wrong with the settings or the home", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "planloop.jsonc"), "{");
    const list = (at: string) =>
      planloop(program, ["completions", "--sessions"], { cwd, home: at });
    expect(await list(home)).toEqual({
      code: 0,
      stdout: `${goodId}\tFix the checkout\n${secondId}\tFix the checkout\n`,
      stderr: "",
    });
    const damaged = makeHome({ [goodId]: goodSession() });
    writeFileSync(join(damaged, "index.json"), "{");
    mkdirSync(join(damaged, "sessions", ".removed-0123456789ab"));
    expect(await list(damaged)).toMatchObject({ code: 0, stdout: `${goodId}\n`, stderr: "" });
    expect(await list("/nowhere/at/all")).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

test("programShape: a group that is a command itself has its options, and its commands", async () => {
  const load = (option: string) => () =>
    Promise.resolve({ configure: (command: Command) => void command.option(option, "what") });
  const entries = [{
    name: "perf",
    summary: "both",
    load: load("--tail <n>"),
    commands: [{ name: "show", summary: "one", load: load("--session <id>") }],
  }];
  const context = { io: fakeIo(), args: [], finish() {} };
  const { commands: [perf] } = await programShape(context, entries);
  const tail = { kind: "text", name: "n", words: [] };
  expect(perf!.options[0]).toMatchObject({ names: ["--tail"], value: tail });
  const [show, help] = perf!.commands;
  expect([perf!.path, show!.path, help!.path]).toEqual([["perf"], ["perf", "show"], [
    "perf",
    "help",
  ]]);
  expect(show!.options[0]).toMatchObject({ names: ["--session"], value: { kind: "session" } });
});

test("--sessions: a recorded title cannot drive the terminal", async () => {
  const at = makeHome({ [goodId]: goodSession() });
  const index = JSON.parse(readFileSync(join(at, "index.json"), "utf8"));
  index.sessions[0].title = "a\tb\n\x1b]0;owned";
  writeFileSync(join(at, "index.json"), JSON.stringify(index));
  const io = fakeIo({ stdout: fakeOutput() });
  await main(["completions", "--sessions", "--home", at], io);
  expect(io.stdout.text).toBe(`${goodId}\ta\\tb\\n\\u{1b}]0;owned\n`);
});
