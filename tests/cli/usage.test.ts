import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { planloopVersion } from "../../cli/version.ts";
import { planloop, programs } from "./program.ts";

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
  ])("%j --help explains its options and shows examples", async (command) => {
    const { code, stdout, stderr } = await planloop(program, [...command, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^Usage: planloop ${command.join(" ")} `));
    expect(stdout).toContain("--home <folder>");
    expect(stdout).toContain(`\nExamples:\n  planloop ${command.join(" ")}`);
    expect(await planloop(program, ["help", ...command.slice(0, 1)])).toMatchObject({ code: 0 });
  });

  test("no command: the help on stderr, exit 2", async () => {
    const { code, stdout, stderr } = await planloop(program, []);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: planloop");
    expect(await planloop(program, ["sessions"])).toMatchObject({ code: 2, stdout: "" });
  });

  test.each([
    [["reprot"], "unknown command 'reprot'", "Did you mean report?"],
    [["sessions", "lst"], "unknown command 'lst'", "Did you mean list?"],
    [["report", "--sesion", "x"], "unknown option '--sesion'", "Did you mean --session?"],
    [["sessions", "list", "--jsn"], "unknown option '--jsn'", "Did you mean --json?"],
    [["--verson"], "unknown option '--verson'", "Did you mean --version?"],
  ])("%j is refused with a suggestion, exit 2", async (args, complaint, suggestion) => {
    const { code, stdout, stderr } = await planloop(program, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`Error: ${complaint}`);
    expect(stderr).toContain(suggestion);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test.each([
    [["report", "extra"], "too many arguments"],
    [["report", "--out"], "argument missing"],
    [["sessions", "info", "a", "b"], "too many arguments"],
  ])("%j is refused, exit 2", async (args, complaint) => {
    const { code, stdout, stderr } = await planloop(program, args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(complaint);
    expect(stderr).toContain("--help");
  });
});
