import { Ajv2020 } from "ajv/dist/2020.js";
import { Command } from "commander";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { isValid } from "../../lib/format/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { main } from "../../cli/main.ts";
import {
  applySettings,
  findProjectFile,
  loadSettings,
  refuseFaults,
  type Settings,
  settingsSchema,
} from "../../cli/settings/mod.ts";
import { readSettingsText } from "../../cli/settings/settings_text.ts";
import { generateSettings, settingsPage } from "../../scripts/generate_settings.ts";
import { fakeIo } from "./fake_io.ts";
import { goodId, goodSession, logLine, makeHome, secondId } from "./homes.ts";
import { cleanEnvironment, planloop, programs, temporaryFolder } from "./program.ts";
import { pageText } from "../templates/read_page.ts";

const root = new URL("../../", import.meta.url);

/** Writes files below a folder and gives it. */
function folderWith(files: Record<string, string | object>, folder = temporaryFolder()): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** A checkout, whose `planloop.jsonc` is the project's. */
const project = (settings: string | object) =>
  folderWith({ ".git/HEAD": "x", "planloop.jsonc": settings, "sub/deep/file": "" });

describe("readSettingsText", () => {
  const faultsOf = (text: string, scope: "project" | "home" = "project") =>
    readSettingsText(text, scope).faults.map(({ line, column, message }) =>
      `${line}:${column} ${message}`
    );

  test("takes comments, commas at the end, nothing at all, and every documented key", () => {
    const text = `// a comment
{
  /* another */ "$schema": "x", "colour": "never", "home": "h",
  "report": { "out": "o", "max_size": "1.5 Gi", "split": true, "zip": false, },
  "redact": { "keys": ["ssn"], "allow": ["x"], "rules": [
    { "name": "a-1", "pattern": "a(?<secret>b)", "ignore_case": true, "anchors": ["abc"] },
  ] },
  "web": { "port": 0 },
}`;
    expect(faultsOf(text)).toEqual([]);
    expect(readSettingsText(text, "project").settings.report?.max_size).toBe("1.5 Gi");
    const web = '{"web": {"host": "::1", "cors": ["https://a.example:8443"]}}';
    expect(faultsOf(web, "home")).toEqual([]);
    for (const empty of ["", "  \n", "{}", "// only a comment\n"]) {
      expect(readSettingsText(empty, "home")).toMatchObject({ settings: {}, faults: [] });
    }
  });

  test.each([
    ['{\n  "reprot": {}\n}', "2:3 There is no setting reprot (Did you mean report?)."],
    [
      '{"report": {\r\n "max-size": "1MB"}}',
      "2:2 There is no setting report.max-size (Did you mean max_size?).",
    ],
    [
      '{"xyzzy": 1}',
      "1:2 There is no setting xyzzy (It can be $schema, home, colour, report, redact, web).",
    ],
    ['{"__proto__": 1}', "1:2 There is no setting __proto__ (It can be"],
    ['{"report": {"split": "yes"}}', '1:22 report.split is "yes", expected true or false.'],
    ['{"report": 3}', "1:12 report is 3, expected an object"],
    ['{"report": null}', "1:12 report is null, expected an object"],
    ["[]", "1:1 The file is a list of 0, expected an object (Settings)."],
    ['{"web": {"port": 8000.5}}', "1:18 web.port is 8000.5, expected an integer from 0 to 65535."],
    ['{"colour": "red"}', '1:12 colour is "red", expected one of auto, always, never.'],
    ['{"home": ""}', '1:10 home is "", expected text, not empty.'],
    ['{"report": {"max_size": "10"}}', '1:25 report.max_size is "10", expected a size with its'],
    ['{"redact": {"keys": ["ok-key", "ab"]}}', '1:32 redact.keys[1] is "ab", expected text of 3'],
    [
      '{"redact": {"rules": [{"name": "a", "pattern": "("}]}}',
      "1:48 redact.rules[0].pattern is no regular expression: Unterminated group.",
    ],
    [
      '{"redact": {"rules": [{"name": "a", "pattern": "x", "ancors": []}]}}',
      "1:53 There is no setting redact.rules.ancors (Did you mean anchors?).",
    ],
    ['{"redact": {"rules": [{"name": "a"}]}}', "redact.rules[0].pattern is nothing, expected text"],
    ['{"colour": "auto", "colour": "never"}', "1:20 colour stands here twice."],
    ['{"colour" "auto"}', "1:11 It is not JSON with comments: expected a colon."],
    ['{"colour": auto}', "1:12 It is not JSON with comments: this is no JSON."],
    ['{"colour": "auto"', "It is not JSON with comments: expected }."],
    ["{} {}", "1:4 It is not JSON with comments: expected the end of the file."],
    ["/* {}", "It is not JSON with comments: this comment has no end."],
    ["[".repeat(100_000), "1:1 It has more than 100 objects and lists inside of each other."],
  ])("%j is refused with its place", (text, fault) => {
    const faults = faultsOf(text.slice(0, 200_000));
    expect(faults.some((one) => one.includes(fault)), faults.join("\n")).toBe(true);
    expect(readSettingsText(text, "project").settings).toEqual({});
  });

  test("what only the other file may say is refused, with the reason", () => {
    expect(faultsOf('{"home": "x"}', "home")[0]).toMatch(
      /^1:10 home cannot stand in a home's file/,
    );
    for (const text of ['{"web": {"host": "0.0.0.0"}}', '{"web": {"cors": ["http://evil"]}}']) {
      expect(faultsOf(text, "project")[0]).toContain("cannot stand in a project's file: whoever");
      expect(faultsOf(text, "home")).toEqual([]);
    }
  });

  test("a text cannot drive the terminal", () => {
    expect(faultsOf('{"\\u001b]0;x": 1}')[0]).toContain("\\u{1b}]0;x");
  });
});

describe("findProjectFile", () => {
  const runtime = systemRuntime();
  const withHome = (home: string) => ({
    ...runtime,
    process: { ...runtime.process, homeDirectory: () => home },
  });

  test("is the nearest upwards, and not beyond the checkout", () => {
    const folder = project({});
    const deep = join(folder, "sub", "deep");
    expect(findProjectFile(deep, runtime)).toBe(join(folder, "planloop.jsonc"));
    folderWith({ "planloop.jsonc": {} }, join(folder, "sub"));
    expect(findProjectFile(deep, runtime)).toBe(join(folder, "sub", "planloop.jsonc"));
    mkdirSync(join(deep, ".git"));
    expect(findProjectFile(deep, runtime)).toBeUndefined();
  });

  test("not beyond the user's folder; outside of it only the working directory", () => {
    const above = folderWith({ "planloop.jsonc": {}, "me/work/x": "" });
    const [me, work] = [join(above, "me"), join(above, "me", "work")];
    expect(findProjectFile(work, withHome(me))).toBeUndefined();
    expect(findProjectFile(work, withHome(above))).toBe(join(above, "planloop.jsonc"));
    expect(findProjectFile(work, withHome("/elsewhere"))).toBeUndefined();
    expect(findProjectFile(above, withHome("/elsewhere"))).toBe(join(above, "planloop.jsonc"));
  });
});

describe("loadSettings", () => {
  const runtime = systemRuntime();
  const load = (cwd: string, env: Record<string, string> = {}, option?: string) =>
    loadSettings({ cwd, env }, runtime, option);

  test("the home is the option's, else the environment's, else the project's, else the default", () => {
    const cwd = join(project({ home: "./of-project" }), "sub");
    const env = { PLANLOOP_HOME: "/of/env" };
    expect(load(cwd, env, "/of/option")).toMatchObject({
      home: "/of/option",
      homeSource: "option",
    });
    expect(load(cwd, env)).toMatchObject({ home: "/of/env", homeSource: "environment" });
    expect(load(cwd)).toMatchObject({
      home: join(dirname(cwd), "of-project"),
      homeSource: "project",
    });
    expect(load(temporaryFolder())).toMatchObject({ homeSource: "default" });
  });

  test("the file that is found from inside of the home is the home's own", () => {
    const home = folderWith({ "planloop.jsonc": { web: { host: "0.0.0.0" } }, "sessions/x": "" });
    mkdirSync(join(home, ".git"));
    const { files } = load(join(home, "sessions"), { PLANLOOP_HOME: home });
    expect(files).toMatchObject([{ scope: "home", faults: [] }]);
  });

  test("a folder, an endless and a dangling file are faults", () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "planloop.jsonc"));
    const large = folderWith({ "planloop.jsonc": " ".repeat(1_000_001) });
    const dangling = temporaryFolder();
    symlinkSync("/nowhere/at/all", join(dangling, "planloop.jsonc"));
    for (const cwd of [folder, large, dangling]) {
      expect(() => refuseFaults(load(cwd))).toThrow(`${join(cwd, "planloop.jsonc")}:1:1: It `);
    }
  });
});

describe("applySettings", () => {
  /** A command as `planloop web` is: the section of the settings is its name. */
  function webCommand() {
    const web = new Command("planloop").command("web");
    const port = (value: string) => {
      if (!/^\d+$/.test(value)) throw new Error("no port");
      return Number(value);
    };
    const more = (value: string, all: string[] = []) => [...all, value];
    return web.option("--port <n>", "", port, 8000).option("--host <address>")
      .option("--cors <origin>", "", more);
  }

  const loaded = (settings: Settings) =>
    loadSettings(
      { cwd: temporaryFolder(), env: {} },
      systemRuntime(),
      folderWith({
        "planloop.jsonc": settings,
      }),
    );

  test("gives the options of `web` their values, lists too", () => {
    const web = webCommand();
    applySettings(web, loaded({ web: { port: 81, host: "::1", cors: ["http://a", "http://b"] } }));
    expect(web.opts()).toEqual({ port: 81, host: "::1", cors: ["http://a", "http://b"] });
  });

  test("what was typed wins; what the settings leave out keeps its default", () => {
    const web = webCommand();
    web.setOptionValueWithSource("host", "typed", "cli");
    applySettings(web, loaded({ web: { host: "::1" } }));
    expect(web.opts()).toEqual({ port: 8000, host: "typed" });
  });
});

describe.each(programs)("$name with planloop.jsonc", (program) => {
  const secret = "acme-0123456789ab";
  const session = () => ({
    ...goodSession(),
    "logs/planloop.jsonl": logLine(1, `key ${secret} and ssn`, {
      context: { ssn: "078051120", password: "correct horse" },
    }),
  });

  test("home: the project's, from any folder below; the environment and the option win", async () => {
    const cwd = project({ home: "./recordings" });
    const deep = join(cwd, "sub", "deep");
    folderWith({ [`recordings/sessions/${goodId}/state.json`]: goodSession()["state.json"]! }, cwd);
    const other = makeHome({ [secondId]: goodSession(secondId) });
    const list = async (args: string[], home?: string) => {
      const run = await planloop(program, ["sessions", "list", ...args], {
        cwd: deep,
        ...(home === undefined ? {} : { home }),
      });
      return JSON.parse(run.stdout);
    };
    expect(await list([])).toMatchObject({ home: join(cwd, "recordings"), sessions: [{}] });
    expect((await list([], other)).home).toBe(other);
    expect((await list(["--home", other])).home).toBe(other);
  });

  test("report.max_size, and the options that win", async () => {
    const cwd = project({ report: { max_size: "1k" } });
    const home = makeHome({ [goodId]: session() });
    const refused = await planloop(program, ["report"], { cwd, home });
    expect([refused.code, refused.stdout]).toEqual([1, ""]);
    expect(refused.stderr).toMatch(/^Error: .*1\.0 KB/);
    for (const option of [["--no-max-size"], ["--max-size", "2MB"]]) {
      const run = await planloop(program, ["report", ...option], { cwd, home });
      expect(run.code, run.stderr).toBe(0);
    }
  });

  test("report: out, split, zip, and the options that win", async () => {
    const cwd = project({ report: { out: "build/out", split: true, zip: true } });
    const home = makeHome({ [goodId]: session() });
    const below = join(cwd, "sub");
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await planloop(program, ["report", "--json", ...args], {
        cwd: below,
        home,
      });
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const split = await run();
    expect(split.path).toBe(join(cwd, "build", "out", "report.zip"));
    expect(split.files).toBeGreaterThan(1);
    const free = await run("--no-zip", "--no-split", "--out", "here");
    expect(free.path).toBe(join(below, "here", "index.html"));
    expect(free.files).toBe(1);
  });

  test("the project's file wins over the home's, key by key", async () => {
    const cwd = project({ report: { out: "of-project" } });
    const home = makeHome({ [goodId]: session() });
    folderWith({ "planloop.jsonc": { report: { out: "of-home", zip: true } } }, home);
    const { stdout } = await planloop(program, ["report"], { cwd, home });
    expect(stdout).toBe(`${join(cwd, "of-project", "report.zip")}\n`);
    const elsewhere = temporaryFolder();
    const other = await planloop(program, ["report"], { cwd: elsewhere, home });
    expect(other.stdout).toBe(`${join(elsewhere, "of-home", "report.zip")}\n`);
  });

  test("redact: keys, rules and what is allowed, of both files, in a scrub and in a report", async () => {
    const cwd = project({ redact: { keys: ["ssn"], allow: ["password"] } });
    const home = makeHome({ [goodId]: session() });
    const rule = {
      name: "acme",
      pattern: "ACME-[a-z0-9]{12}",
      ignore_case: true,
      anchors: ["acme"],
    };
    folderWith({ "planloop.jsonc": { redact: { rules: [rule] } } }, home);
    const scrub = await planloop(program, ["dev", "scrub"], { cwd, home });
    const found = JSON.parse(scrub.stdout);
    expect(found.rules).toEqual({ acme: 1, key: 1 });
    const note = `1 name or value allowed by ${join(cwd, "planloop.jsonc")}: not secret.\n`;
    expect(scrub.stderr).toContain(note);
    const plain = await planloop(program, ["dev", "scrub"], { cwd: temporaryFolder(), home });
    expect(JSON.parse(plain.stdout).rules).toEqual({ acme: 1, key: 1 });
    expect(plain.stderr).not.toContain("allowed");
    const report = await planloop(program, ["report"], { cwd, home });
    expect(report.stderr).toContain(note);
    const page = pageText(join(cwd, "report", "index.html"));
    expect([page.includes("[REDACTED:acme:"), page.includes(secret)]).toEqual([true, false]);
    // The one under a key is the number; the password is allowed.
    expect(page.includes('"redaction":{"enabled":true,"replaced":{"acme":1,"key":1}}')).toBe(true);
  });

  test("a fault ends every command with 2, but help and the version", async () => {
    const cwd = project('{\n  "redcat": {}\n}');
    const home = makeHome({ [goodId]: session() });
    for (const args of [["report"], ["sessions", "list"], ["dev", "scrub"], ["demo"]]) {
      const run = await planloop(program, args, { cwd, home });
      expect([run.code, run.stdout], args.join(" ")).toEqual([2, ""]);
      const place = `${join(cwd, "planloop.jsonc")}:2:3`;
      expect(run.stderr).toBe(
        `Error: Cannot use the settings:\n  ${place}: There is no setting redcat (Did you mean ` +
          "redact?).\n",
      );
    }
    expect(existsSync(join(cwd, "report"))).toBe(false);
    expect(await planloop(program, ["report", "--help"], { cwd })).toMatchObject({ code: 0 });
    expect(await planloop(program, ["--version"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  });
});

test("demo records where it is told, whatever the project's home is", async () => {
  const io = fakeIo({ cwd: project({ home: "./recordings" }) });
  await main(["demo", "--no-open"], { ...io, interrupted: AbortSignal.abort() });
  expect(existsSync(join(io.cwd, "recordings"))).toBe(false);
});

test("colour: the settings decide where the environment does not", async () => {
  const home = makeHome({ [goodId]: goodSession() });
  for (const colour of ["always", "never"] as const) {
    const io = fakeIo({ cwd: project({ colour }) });
    expect(await main(["sessions", "list", "--home", home], io)).toBe(0);
    expect(io.manner.colour).toBe(colour);
  }
});

/** Whether a real terminal can be had: by `script` of util-linux, which every Debian has. */
const hasTerminal = spawnSync("script", ["--version"]).stdout?.includes("util-linux") ?? false;

test.runIf(hasTerminal).each([
  ["never", {}, false],
  ["auto", {}, true],
  ["auto", { TERM: "dumb" }, false],
  ["always", { TERM: "dumb" }, true],
  ["never", { FORCE_COLOR: "1" }, true],
  ["always", { NO_COLOR: "1" }, false],
])("colour %s and %j at a terminal: %s", (colour, more: Record<string, string>, isColoured) => {
  const home = makeHome({ [goodId]: goodSession() });
  const words = [...programs[0]!.command, "sessions", "list"].map((word) => `'${word}'`);
  const { stdout } = spawnSync("script", ["-qec", words.join(" "), "/dev/null"], {
    cwd: project({ colour }),
    env: { ...cleanEnvironment(), PLANLOOP_HOME: home, TERM: "xterm", ...more },
    encoding: "utf8",
    input: "",
  });
  expect(stdout).toContain("TITLE");
  expect(stdout.includes("\x1b[1m")).toBe(isColoured);
});

describe("docs/planloop.schema.json", () => {
  const page = readFileSync(new URL(settingsPage, root), "utf8");
  const files = generateSettings(page);

  test.each([...files])("%s on disk is what the schema says", (path, content) => {
    expect(readFileSync(new URL(path, root), "utf8")).toBe(content);
  });

  test("a page without the markers is refused", () => {
    expect(() => generateSettings("# Settings")).toThrow("expected <!-- begin generated: settings");
  });

  test("says the same as the check, on good and on bad settings", () => {
    const schema = JSON.parse(files.get("docs/planloop.schema.json")!);
    const validate = new Ajv2020({ strict: false }).compile(schema);
    const cases: [unknown, boolean][] = [
      [{}, true],
      [{ home: "x", colour: "auto", report: { max_size: "1MB" }, web: { port: 1 } }, true],
      [{ redact: { rules: [{ name: "a", pattern: "x" }] } }, true],
      [{ redact: { rules: [{ name: "A", pattern: "x" }] } }, false],
      [{ report: { max_size: "1" } }, false],
      [{ web: { port: 65_536 } }, false],
      [{ web: { cors: ["*"] } }, false],
      [{ other: 1 }, false],
    ];
    for (const [value, valid] of cases) {
      expect([validate(value), isValid(settingsSchema, value)], JSON.stringify(value))
        .toEqual([valid, valid]);
    }
  });

  test("the page's example is valid", () => {
    const example = /```jsonc\n([^]*?)```/.exec(page)![1]!;
    expect(readSettingsText(example, "project").faults).toEqual([]);
  });
});
