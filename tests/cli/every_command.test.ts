/**
 * What holds for every command: how it talks, colours, ends, and reads its settings.
 *
 * @module
 */

import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { main } from "../../cli/main.ts";
import { mayColour } from "../../cli/style.ts";
import { planloopVersion } from "../../cli/version.ts";
import { argsOf, commandNames, type CommandRow, everyCommand } from "./every_command.ts";
import { type FakeIo, fakeIo, fakeOutput } from "./fake_io.ts";
import { goodId, goodSession, makeHome } from "./homes.ts";
import { planloop, type Program, programs, type RunOptions, temporaryFolder } from "./program.ts";
import { recordedSession } from "./recorded_home.ts";

function goodHome(): string {
  const home = makeHome({ [goodId]: { ...goodSession(), ...recordedSession(goodId) } });
  chmodSync(home, 0o700);
  return home;
}

const light = everyCommand.filter(({ isHeavy }) => !isHeavy);
const each = (rows: readonly CommandRow[]) => rows.map((row) => [row.command, row] as const);

/** What a row's command has around it, and a good home. */
function around({ surroundings }: CommandRow) {
  const { cwd, env } = surroundings?.() ?? { cwd: temporaryFolder(), env: {} };
  return { cwd, env: { ...env, PLANLOOP_HOME: goodHome() } };
}

/** Runs a row's command in this process; a server is interrupted when it has told its address. */
async function run(row: CommandRow, args: readonly string[], options: Partial<FakeIo> = {}) {
  const interruption = new AbortController();
  const stdout = fakeOutput({ isTerminal: false });
  const io = fakeIo({
    ...around(row),
    stdout: !row.isServer ? stdout : {
      ...stdout,
      write(data) {
        stdout.write(data);
        if (`${data}`.startsWith("http://")) interruption.abort();
      },
    },
    interrupted: interruption.signal,
    ...options,
  });
  const code = await main(args, io);
  return { code, stdout: stdout.text, stderr: io.stderr.text };
}

/** Runs a row's command in a process of its own; a server is ended when it runs. */
function runProgram(
  program: Program,
  { isServer }: CommandRow,
  args: readonly string[],
  options: RunOptions,
) {
  return planloop(program, args, {
    ...options,
    ...(isServer && {
      onTalk: (said, child) => {
        if (said.includes("Press Ctrl-C")) child.kill("SIGTERM");
      },
    }),
  });
}

/** Data without what differs from run to run. */
const lasting = (text: string) =>
  text.replace(/\/tmp\/planloop-cli-\w+/g, "TEMPORARY").replace(/"free_bytes": \d+/, "")
    .replace(/"changed_at": "[^"]+"/, "").replace(/[\d.]+ GB free/, "")
    .replace(/(127\.0\.0\.1):\d+/, "$1");

test("the table has every command, and no other", () => {
  expect(everyCommand.map(({ command }) => command).sort()).toEqual(commandNames().sort());
});

describe.each(each(everyCommand))("%s --help", (command, row) => {
  test("shows how it talks, and examples", async () => {
    const { code, stdout, stderr } = await run(row, [...command.split(" "), "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage: planloop ${row.command} `));
    for (const option of ["--quiet", "--verbose", "--help"]) {
      expect(stdout).toMatch(new RegExp(`^ +(-h, )?${option} `, "m"));
    }
    expect(stdout).toContain("\nExamples:\n");
    if (row.readsHome) expect(stdout).toContain("--home <folder>");
  });
});

describe.each(each(light))("%s", (_command, row) => {
  const args = argsOf(row);

  test("--quiet, also in front of it, leaves the data and nothing else", async () => {
    const plain = await run(row, args);
    expect(plain.code).toBe(0);
    for (const quiet of [["--quiet", ...args], [...args, "--quiet"]]) {
      const { code, stdout, stderr } = await run(row, quiet);
      expect([code, stderr]).toEqual([0, ""]);
      // What scrub prints into a pipe is its table's JSON, which is a table's right to be left out.
      if (row.command !== "dev scrub") expect(lasting(stdout)).toBe(lasting(plain.stdout));
    }
    const data = await run(row, [
      ...args,
      "--quiet",
      // One document, that is, not a line each.
      ...(plain.stdout.startsWith("{\n") ? ["--json"] : []),
    ]);
    expect(lasting(data.stdout)).toBe(lasting(plain.stdout));
  });

  test("--verbose says on stderr what was read and how long it took, and changes no data", async () => {
    const plain = await run(row, args);
    for (const verbose of [["--verbose", ...args], [...args, "--verbose"]]) {
      const { code, stdout, stderr } = await run(row, verbose);
      expect([code, lasting(stdout)]).toEqual([0, lasting(plain.stdout)]);
      expect(stderr).toMatch(new RegExp(`^planloop ${planloopVersion} on (node|deno) \\d`));
      expect(stderr).toMatch(
        /\d+ files? read, [\d.]+ K?B\. The command took \d+ ms, its process \d+ ms of CPU\.\n$/,
      );
      if (row.readsHome) expect(stderr).toMatch(/^Read \/\S+: [\d.]+ K?B in [\d.]+ ms$/m);
    }
  });

  test(`once interrupted it ends with ${row.isServer ? 0 : 130}`, async () => {
    const { code } = await run(row, args, { interrupted: AbortSignal.abort() });
    expect(code).toBe(row.isServer ? 0 : 130);
  });

  test("PLANLOOP_HOME is the home; one that is missing is named", async () => {
    const missing = join(temporaryFolder(), "none");
    const { env } = around(row);
    const { code, stderr } = await run(row, args, { env: { ...env, PLANLOOP_HOME: missing } });
    if (!row.readsHome) return expect(stderr).not.toContain("Error");
    expect(code).toBe(1);
    expect(stderr).toContain(missing);
  });
});

describe.each(each(everyCommand))("%s, before it begins:", (_command, row) => {
  const args = argsOf(row);

  test("--quiet and --verbose together are refused", async () => {
    const { code, stdout, stderr } = await run(row, [...args, "--quiet", "--verbose"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Cannot take both --quiet and --verbose");
  });

  test("faulty settings end it with 2, unless it can do without", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "planloop.jsonc"), '{"reprot": {}}');
    const { code, stdout, stderr } = await run(row, args, { cwd });
    if (row.ignoresSettings) {
      expect(code).toBe(row.command === "doctor" ? 3 : 0);
      return;
    }
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`${join(cwd, "planloop.jsonc")}:1:2: There is no setting reprot`);
  });

  test("an unknown option is refused with what is meant", async () => {
    const { code, stderr } = await run(row, [...args, "--quite"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("(Did you mean --quiet?)")]);
  });
});

/** Commands that stand for all of them where each run takes a second: all of them under stress. */
const someCommands = [
  "report",
  "sessions list",
  "dev errors list",
  "dev export-logs",
  "web",
  "demo",
];

describe.each(programs)("$name", (program) => {
  const isSlow = program.name.startsWith("deno") && !process.env["PLANLOOP_STRESS"];
  const some = (rows: readonly CommandRow[]) =>
    rows.filter(({ command }) => !isSlow || someCommands.includes(command));
  test.each(each(some(everyCommand)))(
    "%s: no colours into a pipe, none with NO_COLOR",
    async (_, row) => {
      for (const env of [{}, { NO_COLOR: "1", FORCE_COLOR: "1" }]) {
        const { cwd, env: own } = around(row);
        const { code, stdout, stderr } = await runProgram(program, row, argsOf(row), {
          cwd,
          env: { ...own, ...env },
        });
        expect(code, stderr).toBe(0);
        expect(`${stdout}${stderr}`).not.toContain("\x1b");
      }
    },
  );

  test.each(each(some(light)))(
    "%s: FORCE_COLOR colours what people read, never data",
    async (_, row) => {
      const { cwd, env } = around(row);
      const options = { cwd, env: { ...env, FORCE_COLOR: "1" } };
      const { stdout } = await runProgram(program, row, argsOf(row), options);
      expect(stdout).not.toContain("\x1b");
      const { stdout: help } = await planloop(
        program,
        [...row.command.split(" "), "--help"],
        options,
      );
      expect(help).toContain("\x1b[1mUsage:\x1b[22m");
    },
  );

  // A server goes on without a reader: its own tests have that.
  const ending = light.filter(({ isServer }) => !isServer);
  test.each(each(some(ending)))("%s: a reader that goes away is no error", async (_, row) => {
    const { cwd, env } = around(row);
    const quote = (args: readonly string[]) =>
      [...program.command, ...args].map((word) => `'${word}'`).join(" ");
    const command = quote([...argsOf(row), "--verbose"]);
    // `true` is gone long before anything is written; nobody reads what is.
    for (const line of [command, `${command} 2>&1`, quote([...row.command.split(" "), "--help"])]) {
      const script = `(${line}; echo $? > code) | true; while ! [ -s code ]; do sleep 0.02; done`;
      const shell = { name: "sh", command: ["sh", "-c", script] } as const;
      const { code, stdout, stderr } = await planloop(shell, [], { cwd, env });
      expect([code, stdout]).toEqual([0, ""]);
      expect(stderr).not.toMatch(/EPIPE|Error:|broken pipe/i);
      expect(readFileSync(join(cwd, "code"), "utf8")).toBe("0\n");
      rmSync(join(cwd, "code"));
    }
  });
});

describe("mayColour", () => {
  test.each(
    [
      [{}, "auto", true, true],
      [{}, "auto", false, false],
      [{ TERM: "dumb" }, "auto", true, false],
      [{}, "always", false, true],
      [{}, "never", true, false],
      [{ FORCE_COLOR: "1" }, "never", false, true],
      [{ FORCE_COLOR: "" }, "auto", false, true],
      [{ FORCE_COLOR: "3", TERM: "dumb" }, "auto", false, true],
      [{ FORCE_COLOR: "0" }, "always", true, false],
      [{ FORCE_COLOR: "False" }, "auto", true, false],
      [{ NO_COLOR: "1", FORCE_COLOR: "1" }, "always", true, false],
      [{ NO_COLOR: "" }, "auto", true, true],
    ] as const,
  )("%j, settings %s, terminal %s: %s", (env, colour, isTerminal, expected) => {
    expect(mayColour(env, colour, isTerminal)).toBe(expected);
  });
});
