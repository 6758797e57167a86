import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Machine, switchBack, switchOn } from "../../../cli/dev_mode/mod.ts";
import { temporaryFolder } from "../program.ts";
import { fakeMachine, type FakeMachineOptions } from "./fake_machine.ts";
import { hollowCheckout, layouts, namesIn, writeProgram } from "./layouts.ts";

const signal = new AbortController().signal;
const [npm] = layouts;
const deno = layouts.at(-1)!;

interface Scene {
  repo: string;
  bin: string;
  home: string;
  options: FakeMachineOptions;
  machine: () => Machine;
}

/** An installed planloop, a home and a checkout that could be switched to. */
function scene(layout = npm!): Scene {
  const repo = hollowCheckout();
  const folder = temporaryFolder();
  const bin = layout.install(folder, true);
  const home = join(folder, "home");
  mkdirSync(home);
  const made: Scene = {
    repo,
    bin,
    home,
    options: { cwd: repo, path: bin },
    machine: () => fakeMachine(made.options),
  };
  return made;
}

const on = ({ home, machine }: Scene, repo?: string) =>
  switchOn({ home, repo, recordLlm: true, signal }, machine());
const back = ({ home, machine }: Scene, isForced = false) =>
  switchBack({ home, isForced, signal }, machine());

const failed = (stderr: string, code: number | null = 128) => ({ code, stdout: "", stderr });

/** What can stand in the way: how it comes about, and what is said. */
const obstacles: [name: string, make: (where: Scene) => void, says: RegExp][] = [
  [
    "no planloop on the PATH",
    (where) => where.options.path = where.repo,
    /no planloop on the PATH/,
  ],
  [
    "a planloop that may not be run",
    ({ bin }) => {
      rmSync(join(bin, "planloop"));
      writeFileSync(join(bin, "planloop"), "#!/bin/sh\n");
    },
    /no planloop on the PATH/,
  ],
  [
    "an unknown program",
    ({ bin }) => replaceProgram(bin, "\x7fELF…"),
    /it is a program of its own, and only/,
  ],
  [
    "the Python planloop",
    ({ bin }) => replaceProgram(bin, "#!/usr/bin/env python3\nimport planloop\n"),
    /it is the Python planloop/,
  ],
  [
    "somebody's own script",
    ({ bin }) => replaceProgram(bin, '#!/bin/sh\nexec node ~/planloop.js "$@"\n'),
    /a script that neither npm, pnpm nor Deno has made/,
  ],
  [
    "another package's program",
    ({ bin }) => writeFileSync(join(bin, "../lib/node_modules/planloop/package.json"), "{}"),
    /a script that neither npm/,
  ],
  [
    "a folder of the PATH that depends on where one is",
    (where) => {
      where.options.path = ["bin", where.bin].join(delimiter);
      writeProgram(join(where.repo, "bin"), "#!/bin/sh\n");
    },
    /depends on the working directory/,
  ],
  [
    "npx",
    (where) => {
      const bin = join(where.repo, "node_modules", ".bin");
      where.options.path = [writeProgram(bin, "#!/bin/sh\n"), where.bin].join(delimiter);
    },
    /belongs to that project's dependencies/,
  ],
  [
    "a backup that is there already",
    ({ bin }) => writeFileSync(join(bin, "planloop.stable"), "precious"),
    /there is a backup already, .*planloop\.stable.*would be lost/,
  ],
  [
    "no checkout at the working directory",
    (where) => where.options.cwd = where.home,
    /Cannot find a working copy of planloop at .*--repo/,
  ],
  [
    "a source without the runner",
    ({ repo }) => rmSync(join(repo, "scripts"), { recursive: true }),
    /it has no scripts\/run_source\.mjs/,
  ],
  [
    "no git checkout",
    ({ options }) => answer(options, "--show-toplevel", failed("fatal: not a git repository")),
    /it is not a git checkout.*Git says: fatal: not a git repository/,
  ],
  [
    "no Git",
    ({ options }) => answer(options, "--show-toplevel", failed("spawn git ENOENT", 127)),
    /git could not be started/,
  ],
  [
    "a folder of another repository",
    ({ options, home }) =>
      answer(options, "--show-toplevel", {
        code: 0,
        stdout: `vendor/planloop/\n${home}\n`,
        stderr: "",
      }),
    /it is no checkout of its own but a folder of/,
  ],
  [
    "a merge that is not finished",
    ({ options, repo }) =>
      answer(options, "--git-path", { code: 0, stdout: `${repo}/cli.ts\n`, stderr: "" }),
    /Git is in the middle of a merge there/,
  ],
  [
    "a rebase that is not finished",
    ({ options }) =>
      answer(options, "--git-path", { code: 0, stdout: "a\nb\nc\ncli.ts\ne\n", stderr: "" }),
    /Git is in the middle of a rebase there/,
  ],
  [
    "no commit",
    ({ options }) => answer(options, "HEAD^{commit}", failed("fatal: needed a single revision")),
    /no commit yet/,
  ],
  [
    "a working copy that does not run",
    ({ options }) => answer(options, "--version", failed("Error: it is broken\nand more", 1)),
    /its planloop does not run \(exit code 1\)\. It says: Error: it is broken$/,
  ],
  [
    "a working copy that hangs",
    ({ options }) => answer(options, "--version", failed("", null)),
    /it did not end in time/,
  ],
  [
    "a tag that Git refuses",
    ({ options }) => {
      options.answers = (line) =>
        line.includes(" tag ")
          ? failed("fatal: cannot lock ref")
          : line.includes("dev-start-")
          ? failed("")
          : undefined;
    },
    /Cannot tag .*cannot lock ref/,
  ],
  [
    "a damaged .dev_mode.json",
    ({ home }) => writeFileSync(join(home, ".dev_mode.json"), "{"),
    /\.dev_mode\.json cannot be kept, since it is no JSON/,
  ],
  [
    "a home in which dev mode is on",
    ({ home }) =>
      writeFileSync(join(home, ".dev_mode.json"), '{"mode":"dev","binary_path":"/x/planloop"}'),
    /says that dev mode is on for \/x\/planloop/,
  ],
  [
    "a switch that was interrupted",
    ({ bin }) => writeFileSync(join(bin, ".planloop.switch.json"), "{"),
    /was interrupted half-way; run planloop dev restore/,
  ],
  ["Windows", ({ options }) => options.platform = "win32", /Cannot switch on Windows/],
];

function replaceProgram(bin: string, text: string): void {
  rmSync(join(bin, "planloop"));
  writeProgram(bin, text);
}

function answer(
  options: FakeMachineOptions,
  part: string,
  outcome: { code: number | null; stdout: string; stderr: string },
): void {
  options.answers = (line) => line.includes(part) ? outcome : undefined;
}

describe("dev on refuses, and changes nothing:", () => {
  test.each(obstacles)("%s", async (_name, make, says) => {
    const where = scene();
    make(where);
    const before = onDisk(where);
    await expect(on(where)).rejects.toThrow(says);
    expect(onDisk(where)).toEqual(before);
  });

  test("a folder that is not planloop's checkout", async () => {
    const where = scene();
    await expect(on(where, where.home)).rejects.toThrow(/it is not planloop's checkout/);
    await expect(on(where, join(where.repo, "cli.ts"))).rejects.toThrow(/it is no folder/);
  });

  test("a folder that may not be written to", async () => {
    const where = scene();
    const machine = where.machine();
    const links = { ...machine.links, isWritable: () => false };
    await expect(switchOn({ home: where.home, signal }, { ...machine, links }))
      .rejects.toThrow(/you may not write to .*--prefix ~\/\.local/);
  });

  test("another working copy than the one that runs", async () => {
    const where = scene();
    await on(where);
    const before = onDisk(where);
    await expect(on(where, hollowCheckout())).rejects.toThrow(/it runs .*dev off first/);
    expect(onDisk(where)).toEqual(before);
  });

  test("while another process switches", async () => {
    const where = scene();
    const machine = where.machine();
    let second: unknown;
    await switchOn({ home: where.home, signal }, {
      ...machine,
      async run(command, args, cwd) {
        if (args.includes("--version")) {
          const other = { ...machine, runtime: { ...machine.runtime } };
          second = await switchOn({ home: where.home, signal }, other).catch((error) => error);
        }
        return await machine.run(command, args, cwd);
      },
    });
    const { pid } = machine.runtime.process;
    expect(String(second)).toContain(`process ${pid} is switching it; wait until that has ended`);
  });

  test("a stop in the middle, which undoes everything", async () => {
    const where = scene();
    const before = onDisk(where);
    const stopped = new AbortController();
    where.options.answers = (line) => {
      if (line.includes(" tag ")) stopped.abort(new DOMException("Interrupted.", "AbortError"));
      return undefined;
    };
    await expect(switchOn({ home: where.home, signal: stopped.signal }, where.machine()))
      .rejects.toThrow("Interrupted");
    expect(onDisk(where)).toEqual(before);
  });
});

/** Names beside the program and in the home, and what they hold. */
function onDisk({ bin, home }: Scene): Record<string, string> {
  const found: Record<string, string> = {};
  for (const folder of [bin, home]) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name);
      try {
        found[path] = readlinkSync(path);
      } catch {
        found[path] = readFileSync(path, "utf8");
      }
    }
  }
  return found;
}

describe("dev on, when it is on already,", () => {
  test("changes nothing but what is recorded", async () => {
    const where = scene();
    const request = { home: where.home, signal };
    await switchOn(request, where.machine());
    const before = onDisk(where);
    expect(await switchOn(request, where.machine())).toMatchObject({ changed: false });
    expect(onDisk(where)).toEqual(before);
    expect(await on(where)).toMatchObject({ changed: true });
    expect(JSON.parse(readFileSync(join(where.home, ".dev_mode.json"), "utf8")))
      .toMatchObject({ features: { llm_recording: true } });
    expect(await on(where)).toMatchObject({ changed: false });
  });
});

describe("dev off and dev restore", () => {
  test("where dev mode is off, there is nothing to do", async () => {
    const where = scene();
    const before = onDisk(where);
    expect(await back(where)).toMatchObject({ changed: false });
    expect(await back(where, true)).toMatchObject({ changed: false });
    expect(onDisk(where)).toEqual(before);
  });

  test.each([false, true])("somebody else was faster: there is nothing to do", async (isForced) => {
    const where = scene();
    await on(where);
    const before = where.machine();
    let isFirst = true;
    const links = {
      ...before.links,
      // Asked before the claim, and so before anything is changed.
      isWritable() {
        if (isFirst) {
          isFirst = false;
          rmSync(join(where.bin, "planloop"));
          renameSync(join(where.bin, "planloop.stable"), join(where.bin, "planloop"));
          rmSync(join(where.home, ".dev_mode.json"));
        }
        return true;
      },
    };
    const { home } = where;
    expect(await switchBack({ home, isForced, signal }, { ...before, links }))
      .toMatchObject({ changed: false });
    expect(isFirst).toBe(false);
    expect(namesIn(where.bin)).toEqual(["planloop"]);
  });

  test("a backup that is gone: off refuses, restore makes the link again", async () => {
    const where = scene();
    const before = onDisk(where);
    await on(where);
    rmSync(join(where.bin, "planloop.stable"));
    await expect(back(where)).rejects.toThrow(/backup .* is gone; run planloop dev restore/);
    expect(await back(where, true)).toMatchObject({ changed: true, notes: [] });
    expect(onDisk(where)).toMatchObject(before);
  });

  test("a backup that is gone and was no link: restore says how to go on", async () => {
    const where = scene(deno);
    await on(where);
    rmSync(join(where.bin, "planloop.stable"));
    await expect(back(where, true)).rejects.toThrow(/its backup .* is gone; remove .* install/);
    expect(readFileSync(join(where.bin, "planloop"), "utf8")).toContain("planloop-launcher");
  });

  test("a backup that somebody has changed: off refuses, restore takes it", async () => {
    const where = scene(deno);
    await on(where);
    writeFileSync(join(where.bin, "planloop.stable"), "#!/bin/sh\n# generated by deno install\n");
    await expect(back(where)).rejects.toThrow(/is not what was put there/);
    await back(where, true);
    expect(namesIn(where.bin)).toEqual(["deno", "planloop"]);
  });

  test("a planloop that was installed again meanwhile stays", async () => {
    const where = scene();
    const before = onDisk(where);
    await on(where);
    rmSync(join(where.bin, "planloop"));
    symlinkSync("../lib/node_modules/planloop/dist/cli.js", join(where.bin, "planloop"));
    expect(await back(where)).toMatchObject({ changed: true, notes: [] });
    expect(onDisk(where)).toMatchObject(before);
    expect(namesIn(where.bin)).toEqual(["planloop"]);
  });

  test("a newer one in the launcher's place stays, and so does the backup", async () => {
    const where = scene();
    await on(where);
    rmSync(join(where.bin, "planloop"));
    writeProgram(
      where.bin,
      readFileSync(join(deno.install(temporaryFolder()), "planloop"), "utf8"),
    );
    const { notes } = await back(where);
    expect(notes.join()).toMatch(/something newer: it stays\. The older one is still at/);
    expect(namesIn(where.bin)).toEqual(["planloop", "planloop.stable"]);
  });

  test("an installed planloop that is gone: told, with what to do", async () => {
    const where = scene();
    await on(where);
    rmSync(join(where.bin, "../lib"), { recursive: true });
    const { notes } = await back(where);
    expect(notes.join()).toMatch(/leads nowhere\. Install planloop again/);
    expect(readlinkSync(join(where.bin, "planloop"))).toContain("lib/node_modules");
  });

  test("another home than that of dev on: both are looked after", async () => {
    const where = scene();
    await on(where);
    const elsewhere = { ...where, home: temporaryFolder() };
    expect(await back(elsewhere)).toMatchObject({ changed: true });
    expect(JSON.parse(readFileSync(join(where.home, ".dev_mode.json"), "utf8")))
      .toMatchObject({ mode: "stable", backup_path: null });
    expect(namesIn(elsewhere.home)).toEqual([]);
  });

  test("without the program on the PATH, the home's state knows where it is", async () => {
    const where = scene();
    await on(where);
    where.options.path = where.repo;
    expect(await back(where)).toMatchObject({ changed: true, binary: join(where.bin, "planloop") });
    expect(namesIn(where.bin)).toEqual(["planloop"]);
  });

  test("a program that is gone while its backup is there comes back", async () => {
    const where = scene();
    const before = onDisk(where);
    renameSync(join(where.bin, "planloop"), join(where.bin, "planloop.stable"));
    expect(await back(where, true)).toMatchObject({ changed: true });
    expect(onDisk(where)).toEqual(before);
  });

  test("a damaged state file is left for its owner; the program comes back", async () => {
    const where = scene();
    await on(where);
    writeFileSync(join(where.home, ".dev_mode.json"), "{");
    const { notes } = await back(where, true);
    expect(notes.join()).toMatch(/is left as it is, since it is no JSON/);
    expect(namesIn(where.bin)).toEqual(["planloop"]);
    expect(readFileSync(join(where.home, ".dev_mode.json"), "utf8")).toBe("{");
  });

  test("paths with blanks and quotes are words of the launcher", async () => {
    const where = scene();
    const repo = join(where.repo, 'it\'s a "copy" $(touch x)');
    mkdirSync(join(repo, "scripts"), { recursive: true });
    writeFileSync(join(repo, "package.json"), `{"name":"planloop"}`);
    writeFileSync(join(repo, "cli.ts"), "");
    writeFileSync(join(repo, "scripts", "run_source.mjs"), "");
    await on(where, repo);
    const text = readFileSync(join(where.bin, "planloop"), "utf8");
    expect(text).toContain(`'${repo.replace("'", "'\\''")}/scripts/run_source.mjs' "$@"`);
    chmodSync(join(where.bin, "planloop"), 0o755);
    expect(await back(where)).toMatchObject({ changed: true });
  });
});
