import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { isAtLeast, nodeVersionMin } from "../../cli/doctor/program_checks.ts";
import { main } from "../../cli/main.ts";
import { type FakeIo, fakeIo, fakeOutput } from "./fake_io.ts";
import { goodId, goodSession, logLine, makeHome, secondId } from "./homes.ts";
import { planloop, type Program, programs, temporaryFolder } from "./program.ts";

type CheckJson = {
  check: string;
  status: string;
  summary: string;
  advice: string | null;
  // deno-lint-ignore no-explicit-any
  details: any;
};

const always = [
  "runtime",
  "planloop",
  "home",
  "disk",
  "settings",
  "recording",
  "current_session",
  "sessions",
  "locks",
  "browser",
];

/** A home that others may not look into, as doctor likes it. */
function home(...args: Parameters<typeof makeHome>): string {
  const at = makeHome(...args);
  chmodSync(at, 0o700);
  return at;
}

const good = () => home({ [goodId]: goodSession() });

/** Runs doctor in this process and gives its JSON. */
async function doctor(at: string, args: readonly string[] = [], io: FakeIo = fakeIo()) {
  const code = await main(["doctor", "--json", "--home", at, ...args], io);
  const { checks, ...rest } = JSON.parse(io.stdout.text) as { checks: CheckJson[] };
  const named = Object.fromEntries(checks.map((check) => [check.check, check]));
  return { code, ...rest, names: checks.map(({ check }) => check), ...named } as
    & { code: number; home: string; problems: number; names: string[] }
    & Record<string, CheckJson>;
}

describe.each(programs)("$name doctor", (program: Program) => {
  test("finds nothing wrong with a good home: documented JSON, exit 0", async () => {
    const at = good();
    const { code, stdout, stderr } = await planloop(program, ["doctor"], { home: at });
    expect([code, stderr]).toEqual([0, "No problems.\n"]);
    const answer = JSON.parse(stdout);
    expect(Object.keys(answer)).toEqual(["home", "problems", "checks"]);
    expect([answer.home, answer.problems]).toEqual([at, 0]);
    expect(answer.checks.map(({ check }: CheckJson) => check)).toEqual(always);
    const [runtime, self, ofHome] = answer.checks;
    for (const check of answer.checks) {
      expect(Object.keys(check)).toEqual(["check", "status", "summary", "advice", "details"]);
    }
    expect(runtime.details.runtime).toBe(program.name.startsWith("deno") ? "deno" : "node");
    expect(self.details.from_source).toBe(program.name.startsWith("deno"));
    expect(ofHome.details).toMatchObject({ source: "environment", exists: true, writable: true });
  });

  test("a problem: exit 3, told in both places", async () => {
    const at = good();
    writeFileSync(join(at, "current_session"), "gone");
    const { code, stdout, stderr } = await planloop(program, ["doctor"], { home: at });
    expect([code, JSON.parse(stdout).problems, stderr]).toEqual([3, 1, "1 problem.\n"]);
  });
});

describe("doctor at a terminal", () => {
  test("prints a line for each check, coloured where colours are", async () => {
    const io = fakeIo({ stdout: fakeOutput({ hasColours: true }) });
    expect(await main(["doctor", "--home", good()], io)).toBe(0);
    const [first] = io.stdout.text.split("\n");
    expect(first!.startsWith("\x1b[1mruntime")).toBe(true);
    expect(first).toContain("  \x1b[32mok     \x1b[39m  ");
    expect(io.stdout.text.trimEnd().split("\n")).toHaveLength(always.length);
    const plain = fakeIo();
    await main(["doctor", "--home", good()], plain);
    expect(plain.stdout.text).not.toContain("\x1b");
  });
});

describe("doctor looks at the home", () => {
  test("one that is named and missing is a problem, the default one is not", async () => {
    const missing = join(temporaryFolder(), "none");
    expect((await doctor(missing))["home"]).toMatchObject({ status: "problem" });
    const { stdout } = await planloop(programs.at(-1)!, ["doctor"]);
    const found = JSON.parse(stdout).checks.find(({ check }: CheckJson) => check === "home");
    expect(found).toMatchObject({ status: "note", details: { source: "default", exists: false } });
  });

  test("a file in its place is a problem", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { code, home } = await doctor(file) as unknown as { code: number; home: CheckJson };
    expect([code, home.status, home.details.reason]).toEqual([3, "problem", "it is no folder"]);
  });

  test.runIf(process.platform !== "win32").each([
    [0o700, "ok"],
    [0o755, "note"],
    [0o777, "problem"],
  ])("mode %o is %s", async (mode, status) => {
    const at = good();
    chmodSync(at, mode);
    const { home } = await doctor(at) as unknown as { home: CheckJson };
    expect([home.status, home.details.mode]).toEqual([status, mode.toString(8)]);
    expect(home.advice === null).toBe(status === "ok");
  });

  test("the free room is a number", async () => {
    expect((await doctor(good()))["disk"]!.details.free_bytes).toBeGreaterThan(0);
  });
});

describe("doctor looks at the settings", () => {
  test("names the files that are read, and each fault with its place", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "planloop.jsonc"), '{"reprot": 1}');
    const at = good();
    writeFileSync(join(at, "planloop.jsonc"), "{}");
    const { code, settings } = await doctor(at, [], fakeIo({ cwd }));
    expect([code, settings!.status]).toEqual([3, "problem"]);
    expect(settings!.advice).toContain(`${join(cwd, "planloop.jsonc")}:1:2: There is no setting`);
    expect(settings!.details.files).toMatchObject([
      { scope: "project", faults: [{ line: 1, column: 2 }] },
      { path: join(at, "planloop.jsonc"), scope: "home", faults: [] },
    ]);
  });
});

describe("doctor looks at what is recorded", () => {
  test.each([
    [{}, undefined, [true, "default", false, "default"], "ok"],
    [{ PLANLOOP_RECORD_LLM: "1" }, undefined, [true, "default", true, "PLANLOOP_RECORD_LLM"], "ok"],
    [{}, true, [true, "default", true, ".dev_mode.json"], "ok"],
    [{ PLANLOOP_RECORD_LLM: "0" }, true, [true, "default", false, "PLANLOOP_RECORD_LLM"], "ok"],
    [
      { PLANLOOP_NO_RECORDING: "1", PLANLOOP_RECORD_LLM: "1" },
      true,
      [false, "PLANLOOP_NO_RECORDING", false, "PLANLOOP_NO_RECORDING"],
      "note",
    ],
    [
      { PLANLOOP_NO_RECORDING: "perhaps" },
      undefined,
      [true, "default", false, "default"],
      "problem",
    ],
  ])("%j and the feature %j", async (env: Record<string, string>, feature, expected, status) => {
    const at = good();
    if (feature !== undefined) {
      const state = { mode: "dev", features: { llm_recording: feature } };
      writeFileSync(join(at, ".dev_mode.json"), JSON.stringify(state));
    }
    const { recording } = await doctor(at, [], fakeIo({ env }));
    const { details } = recording!;
    expect([
      details.recording,
      details.recording_by,
      details.llm_recording,
      details.llm_recording_by,
    ]).toEqual(expected);
    expect(recording!.status).toBe(status);
  });

  test("dev mode: only where there is one; two files that disagree are a problem", async () => {
    const at = good();
    expect((await doctor(at)).names).not.toContain("dev_mode");
    writeFileSync(join(at, ".dev_mode.json"), '{"mode": "dev"}');
    writeFileSync(join(at, ".dev_mode"), "dev\n");
    expect((await doctor(at))["dev_mode"]).toMatchObject({ status: "note", summary: "dev" });
    writeFileSync(join(at, ".dev_mode"), "stable");
    expect((await doctor(at))["dev_mode"]).toMatchObject({ status: "problem" });
    writeFileSync(join(at, ".dev_mode.json"), "[");
    expect((await doctor(at))["dev_mode"]!.summary).toBe(".dev_mode.json is no JSON object");
  });
});

describe("doctor looks at the sessions", () => {
  test("a lost state is a problem; a log's torn line is one only with --deep", async () => {
    const at = home({
      [goodId]: { ...goodSession(), "logs/planloop.jsonl": logLine(1, "x").slice(0, 60) },
      [secondId]: goodSession(secondId),
    });
    expect((await doctor(at))["sessions"]).toMatchObject({ status: "ok" });
    const deep = await doctor(at, ["--deep"]);
    expect(deep["sessions"]).toMatchObject({
      status: "problem",
      details: { sessions: 2, every_record_read: true, with_problems: [{ session: goodId }] },
    });
    writeFileSync(join(at, "sessions", secondId, "state.json"), '{"session":');
    const { sessions } = await doctor(at);
    expect(sessions).toMatchObject({
      status: "problem",
      details: { with_problems: [{ session: secondId }] },
    });
    expect(sessions!.summary).toContain(secondId);
  });

  test("the registry's faults are a note", async () => {
    const at = home({ [goodId]: goodSession() });
    writeFileSync(join(at, "index.json"), '{"sessions": [], "updated_at": "2026-11-20T10:45:00"}');
    expect((await doctor(at))["sessions"]).toMatchObject({ status: "note" });
  });

  test("a lock is stale where its holder is dead, and held where it lives", async () => {
    const lock = (pid: number) => ({
      ".lock": "",
      ".lock_info": JSON.stringify({ held_by: `pid:${pid}`, since: 1, operation: "update" }),
    });
    const at = home({
      [goodId]: { ...goodSession(), ...lock(process.pid) },
      [secondId]: { ...goodSession(secondId), ...lock(2_147_483_646) },
    });
    const { code, locks } = await doctor(at);
    expect([code, locks!.status, locks!.details]).toEqual([3, "problem", {
      held: [goodId],
      stale: [{ session: secondId, held_by: "pid:2147483646", operation: "update" }],
    }]);
  });

  test("what a killed removal has left is a note", async () => {
    const at = good();
    mkdirSync(join(at, "sessions", ".removed-0123456789ab"));
    expect((await doctor(at))["leftovers"]).toMatchObject({ status: "note" });
  });
});

describe("doctor looks at the program", () => {
  test("isAtLeast compares numbers", () => {
    for (
      const version of ["20.19.0", "20.19.1", "20.20.0", "22.1.0", "100.0.0", "20.19.0-nightly"]
    ) {
      expect(isAtLeast(version, "20.19.0"), version).toBe(true);
    }
    for (const version of ["20.18.9", "18.99.0", "9.0.0", "20"]) {
      expect(isAtLeast(version, "20.19.0"), version).toBe(false);
    }
  });

  test("the oldest Node is that of the package", () => {
    const { engines } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    expect(engines.node).toBe(`>=${nodeVersionMin}`);
  });

  test.runIf(process.platform !== "win32")("another planloop on the PATH is told", async () => {
    const folder = temporaryFolder();
    const other = join(folder, "planloop");
    writeFileSync(other, "#!/bin/sh\n");
    chmodSync(other, 0o755);
    const env = { PATH: `/nowhere:${folder}` };
    const found = (await doctor(good(), [], fakeIo({ env })))["planloop"]!;
    expect(found.status).toBe("note");
    expect(found.advice).toContain(other);
  });

  const [built] = programs;
  test.runIf(built!.name.startsWith("node") && process.platform !== "win32")(
    "a link to this one is the same",
    async () => {
      const folder = temporaryFolder();
      const own = join(folder, "planloop");
      symlinkSync(built!.command[1]!, own);
      const env = { PATH: `${folder}:${dirname(process.execPath)}` };
      const linked = { name: "planloop", command: [own] } as const;
      const { stdout } = await planloop(linked, ["doctor"], { home: good(), env });
      const found = JSON.parse(stdout).checks.find(({ check }: CheckJson) => check === "planloop");
      expect(found).toMatchObject({ status: "ok", details: { on_path: own } });
    },
  );
});
