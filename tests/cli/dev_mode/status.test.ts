import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { devStatus, switchOn } from "../../../cli/dev_mode/mod.ts";
import { openApi } from "../../../server/openapi.ts";
import { temporaryFolder } from "../program.ts";
import { fakeMachine } from "./fake_machine.ts";
import { hollowCheckout, layouts, writeProgram } from "./layouts.ts";

const signal = new AbortController().signal;

function scene() {
  const folder = temporaryFolder();
  const repo = hollowCheckout();
  const bin = layouts[0]!.install(folder, true);
  const home = join(folder, "home");
  mkdirSync(home);
  const machine = (path = bin) => fakeMachine({ cwd: repo, path });
  return {
    repo,
    bin,
    home,
    on: () => switchOn({ home, signal }, machine()),
    status: (path?: string, of = home) => devStatus(of, machine(path)),
  };
}

describe("devStatus", () => {
  test("an installed planloop: nothing to tell", async () => {
    const { bin, home, status } = scene();
    expect(await status()).toMatchObject({
      mode: "stable",
      repo_path: null,
      git_commit_now: null,
      files_changed: null,
      planloop_path: join(bin, "planloop"),
      planloop_kind: "npm",
      home,
      features: { llm_recording: false, tracing: true, profiling: true },
      features_by: { llm_recording: "default", recording: "default" },
      problems: [],
    });
  });

  test("is as the server describes it, in any state", async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    ajv.addSchema(openApi("1.2.3"), "api");
    const check = ajv.compile({ $ref: "api#/components/schemas/DevStatus" });
    const expectDescribed = (status: unknown) => {
      check(status);
      expect(check.errors ?? []).toEqual([]);
    };
    const where = scene();
    expectDescribed(await where.status());
    await where.on();
    const on = await where.status();
    expect(on.mode).toBe("dev");
    expectDescribed(on);
    expectDescribed(await where.status(join(where.bin, "nothing")));
    const journal = { version: 1, operation: "off", started_at: "t", pid: 1, home: "/" };
    writeFileSync(join(where.bin, ".planloop.switch.json"), JSON.stringify(journal));
    const halfWay = await where.status();
    expect(halfWay.unfinished).not.toBeNull();
    expectDescribed(halfWay);
  });

  test("what is wrong, each with what to do", async () => {
    const cases: [(where: ReturnType<typeof scene>) => void, RegExp][] = [
      [({ repo }) => renameSync(repo, `${repo}-away`), /working copy .* is gone\. Run .* restore/],
      [({ bin }) => rmSync(join(bin, "planloop.stable")), /backup .* is gone\. Run .* restore/],
      [({ home }) => rmSync(join(home, ".dev_mode.json")), /does not say that dev mode is on/],
      [({ home }) => writeFileSync(join(home, ".dev_mode.json"), "["), /it is no JSON.*Mend/],
      [
        ({ bin }) => {
          rmSync(join(bin, "planloop"));
          symlinkSync("planloop.stable", join(bin, "planloop"));
        },
        /was replaced since dev mode was switched on\. Run planloop dev off/,
      ],
      [({ bin }) => writeProgram(bin, "#!/bin/sh\n"), /The planloop on the PATH is a script that/],
      [
        ({ bin }) => {
          const journal = { version: 1, operation: "off", started_at: "t", pid: 1, home: "/" };
          writeFileSync(join(bin, ".planloop.switch.json"), JSON.stringify(journal));
        },
        /`dev off` was interrupted half-way\. Run planloop dev restore/,
      ],
    ];
    for (const [make, says] of cases) {
      const where = scene();
      await where.on();
      make(where);
      expect((await where.status()).problems.join("\n")).toMatch(says);
    }
  });

  test.each([
    ["runs", undefined, true],
    ["runs, and began when it says", "own", true],
    ["is gone, and another has its number", "another time", false],
  ])("a switch whose process %s", async (_, start, isRunning) => {
    const where = scene();
    await where.on();
    const machine = fakeMachine({ cwd: where.repo, path: where.bin });
    const { pid, startTime } = machine.runtime.process;
    const journal = { version: 1, operation: "off", started_at: "t", pid, home: "/" };
    const pid_start = start === "own" ? startTime(pid) : start;
    const path = join(where.bin, ".planloop.switch.json");
    writeFileSync(path, JSON.stringify({ ...journal, pid_start }));
    const { unfinished } = await devStatus(where.home, machine);
    expect(unfinished).toMatchObject({ pid, is_running: isRunning });
  });

  test("another PATH, and another home, than those of dev on", async () => {
    const where = scene();
    await where.on();
    const other = layouts[0]!.install(temporaryFolder(), true);
    const elsewhere = await where.status(other);
    expect(elsewhere).toMatchObject({ mode: "stable", planloop_path: join(other, "planloop") });
    expect(elsewhere.problems.join()).toMatch(/is not the first planloop on the PATH/);
    const { problems } = await where.status(undefined, temporaryFolder());
    expect(problems.join()).toMatch(/switched on for the home .*: its recording switches do not/);
    expect((await where.status(temporaryFolder())).problems.join())
      .toMatch(/There is no planloop on the PATH/);
  });
});
