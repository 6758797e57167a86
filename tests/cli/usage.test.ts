import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { main } from "../../cli/main.ts";
import { planloopVersion } from "../../cli/version.ts";
import { fakeIo } from "./fake_io.ts";
import { planloop, programs, temporaryFolder } from "./program.ts";

const jsonFile = (path: string) =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));

test("planloopVersion is the version of both packages", () => {
  expect(jsonFile("package.json").version).toBe(planloopVersion);
  expect(jsonFile("deno.json").version).toBe(planloopVersion);
});

describe.each(programs)("$name", (program) => {
  test("--version prints the version alone", async () => {
    expect(await planloop(program, ["--version"])).toEqual({
      code: 0,
      stdout: `${planloopVersion}\n`,
      stderr: "",
    });
  });

  test("--help lists every command, with examples, on stdout", async () => {
    const { code, stdout, stderr } = await planloop(program, ["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const name of ["report", "sessions", "demo"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b.* \\w+`, "m"));
    }
    expect(stdout).toContain("\nExamples:\n  planloop demo ");
  });

  test.each([
    [["report"]],
    [["sessions", "list"]],
    [["sessions", "info"]],
    [["demo"]],
    [["dev", "on"]],
    [["dev", "off"]],
    [["dev", "status"]],
    [["dev", "dogfood"]],
    [["dev", "restore"]],
  ])("%j --help explains its options and shows examples", async (command) => {
    const { code, stdout, stderr } = await planloop(program, [...command, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage: planloop ${command.join(" ")} `));
    expect(stdout).toContain("--home <folder>");
    expect(stdout).toContain(`\nExamples:\n  planloop ${command.join(" ")}`);
    expect(await planloop(program, ["help", ...command])).toEqual({ code, stdout, stderr });
  });

  test("no command: the help on stderr, exit 2", async () => {
    const { code, stdout, stderr } = await planloop(program, []);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: planloop");
    expect(await planloop(program, ["sessions"])).toMatchObject({ code: 2, stdout: "" });
  });

  test.each([
    [["reprot"], "Unknown command 'reprot'.", "Did you mean report?"],
    [["sessions", "lst"], "Unknown command 'lst'.", "Did you mean list?"],
    [["report", "--sesion", "x"], "Unknown option '--sesion'.", "Did you mean --session?"],
    [["sessions", "list", "--jsn"], "Unknown option '--jsn'.", "Did you mean --json?"],
    [["--verson"], "Unknown option '--verson'.", "Did you mean --version?"],
  ])("%j is refused with a suggestion, exit 2", async (args, complaint, suggestion) => {
    const { code, stdout, stderr } = await planloop(program, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`Error: ${complaint}`);
    expect(stderr).toContain(`(${suggestion})\n`);
    expect(stderr).toMatch(/\nRun `planloop .*--help` for .*\.\n$/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    [["report", "extra"], "Too many arguments"],
    [["report", "--out"], "argument missing"],
    [["sessions", "info", "a", "b"], "Too many arguments"],
    [["report", "--session", ""], "Option '--session <id>' argument '' is invalid"],
  ])("%j is refused, exit 2", async (args, complaint) => {
    const { code, stdout, stderr } = await planloop(program, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain("Did you mean");
    expect(stderr).toMatch(/\nRun `planloop .*--help` for .*\.\n$/);
  });
});

/** Runs a command line in this process, in a folder of its own. */
async function run(args: readonly string[]) {
  const io = fakeIo({ cwd: temporaryFolder() });
  const code = await main(args, io);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

describe("help", () => {
  test.each([
    [[], ["report"]],
    [[], ["sessions", "list"]],
    [["sessions"], ["info"]],
    [[], ["demo"]],
    [[], ["sessions"]],
    [["sessions"], []],
    [[], []],
  ])("%j help %j is the same as --help", async (group, command) => {
    const expected = await run([...group, ...command, "--help"]);
    expect(expected).toMatchObject({ code: 0, stderr: "" });
    expect(await run([...group, "help", ...command])).toEqual(expected);
  });

  test("lists itself", async () => {
    for (const group of [[], ["sessions"]]) {
      expect((await run([...group, "--help"])).stdout).toMatch(/^ {2}help \[command\.\.\.\] /m);
    }
  });
});

describe("main", () => {
  test.each([
    [["version"], "Unknown command 'version'.", "Did you mean --version?"],
    [["help", "reprot"], "Unknown command 'reprot'.", "Did you mean report?"],
    [["help", "sessions", "lst"], "Unknown command 'lst'.", "Did you mean list?"],
    [["sessions", "help", "lst"], "Unknown command 'lst'.", "Did you mean list?"],
  ])("%j is refused with a suggestion", async (args, complaint, suggestion) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`Error: ${complaint}\n(${suggestion})\nRun \`planloop `);
  });

  test.each([
    [["-v"], "Unknown option '-v'."],
    [["--bogus"], "Unknown option '--bogus'."],
    [["nothing-like-it"], "Unknown command 'nothing-like-it'."],
    [["help", "nothing-like-it"], "Unknown command 'nothing-like-it'."],
    [["help", "report", "x"], "Unknown command 'x'."],
    [["report", "--out", ""], "Option '--out <folder>' argument '' is invalid"],
    [["report", "--home="], "Option '--home <folder>' argument '' is invalid"],
    [["report", "--title", ""], "Option '--title <text>' argument '' is invalid"],
    [["sessions", "list", "--home", ""], "Option '--home <folder>' argument '' is invalid"],
    [["sessions", "info", ""], "invalid for argument 'session'"],
    [["demo", "--out", ""], "Option '--out <folder>' argument '' is invalid"],
    [["demo", "--home", ""], "Option '--home <folder>' argument '' is invalid"],
  ])("%j is refused, with where to read more", async (args, complaint) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(complaint);
    expect(stderr).not.toContain("Did you mean");
    expect(stderr).toMatch(/\nRun `planloop .*--help` for .*\.\n$/);
  });
});
