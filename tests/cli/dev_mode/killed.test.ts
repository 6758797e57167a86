/**
 * A process that switches dies before any of its changes; `dev restore` gets back all the same.
 *
 * @module
 */

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { devStatus, switchBack, switchOn } from "../../../cli/dev_mode/mod.ts";
import { temporaryFolder } from "../program.ts";
import { fakeMachine, Killed } from "./fake_machine.ts";
import { devModeOf, hollowCheckout, layouts, namesIn } from "./layouts.ts";

const signal = new AbortController().signal;
const checkout = hollowCheckout();

/** Of the pairs of deaths, how many are looked at: all, or one in so many, each another. */
const step = process.env["PLANLOOP_STRESS"] === "1" ? 1 : 5;

interface Scene {
  bin: string;
  home: string;
  binary: string;
  /** How the installed planloop is on disk. */
  stable: string;
  /** The names beside it. */
  names: string[];
}

function scene(layout: typeof layouts[number], features?: object): Scene {
  const folder = temporaryFolder();
  const bin = layout.install(folder, true);
  const home = join(folder, "home");
  if (features) {
    mkdirSync(home);
    writeFileSync(join(home, ".dev_mode.json"), JSON.stringify({ features }));
  }
  const binary = join(bin, "planloop");
  return { bin, home, binary, stable: onDisk(binary), names: namesIn(bin) };
}

function onDisk(path: string): string {
  const stat = lstatSync(path);
  return stat.isSymbolicLink()
    ? `link to ${readlinkSync(path)}`
    : `${(stat.mode & 0o777).toString(8)} ${readFileSync(path, "utf8")}`;
}

const machineOf = ({ bin }: Scene, diesBefore?: number) =>
  fakeMachine({ cwd: checkout, path: bin, ...(diesBefore !== undefined && { diesBefore }) });

type Operation = (where: Scene, diesBefore?: number) => Promise<number>;

const on: Operation = async (where, diesBefore) => {
  const machine = machineOf(where, diesBefore);
  await switchOn({ home: where.home, recordLlm: true, signal }, machine);
  return machine.changes();
};

const back = (isForced: boolean): Operation => async (where, diesBefore) => {
  const machine = machineOf(where, diesBefore);
  await switchBack({ home: where.home, isForced, signal }, machine);
  return machine.changes();
};

/** Runs an operation in which the process dies; whether it came to its end before. */
async function dying(operation: Operation, where: Scene, diesBefore: number): Promise<boolean> {
  try {
    await operation(where, diesBefore);
    return true;
  } catch (error) {
    // The process also dies in the middle of undoing.
    const cause = error instanceof Error ? error.cause : undefined;
    if (error instanceof Killed || cause instanceof Killed) return false;
    throw error;
  }
}

/** What holds at every moment: there is a planloop, the way back is on disk, halves are announced. */
function expectSafe({ bin, binary, home, stable }: Scene): void {
  const backup = join(bin, "planloop.stable");
  const isLauncher = onDisk(binary).includes("planloop-launcher");
  expect(onDisk(isLauncher ? backup : binary)).toBe(stable);
  if (isLauncher) expect(onDisk(binary)).toMatch(/^755 /);
  const mode = existsSync(join(home, ".dev_mode.json")) ? devModeOf(home)["mode"] : undefined;
  const signs = [isLauncher, existsSync(backup), mode === "dev"];
  const isHalfWay = new Set(signs).size > 1 || namesIn(bin).some((name) => name.endsWith(".new"));
  if (isHalfWay) expect(namesIn(bin)).toContain(".planloop.switch.json");
}

function expectBack({ bin, binary, home, stable, names }: Scene, features: object): void {
  expect(onDisk(binary)).toBe(stable);
  // A process that dies while it asks for its turn leaves that, which only time shows to be dead.
  const others = namesIn(bin).filter((name) => !/^\.planloop\.switching\./.test(name));
  expect(others).toEqual(names);
  if (!existsSync(join(home, ".dev_mode.json"))) return;
  const { mode = "stable", features: now } = devModeOf(home);
  expect([mode, now]).toEqual(["stable", features]);
  expect(existsSync(join(home, ".dev_mode")) ? readFileSync(join(home, ".dev_mode"), "utf8") : mode)
    .toBe("stable");
  expect(namesIn(home).filter((name) => name.endsWith(".tmp"))).toEqual([]);
}

const restore = back(true);

describe.each(layouts)("$name", (layout) => {
  test("dev on and off: what is on disk before, meanwhile and after", async () => {
    const where = scene(layout);
    await on(where);
    expectSafe(where);
    expect(onDisk(where.binary)).toContain("planloop-launcher");
    expect(readFileSync(join(where.home, ".dev_mode"), "utf8")).toBe("dev");
    expect(devModeOf(where.home)).toMatchObject({
      mode: "dev",
      repo_path: checkout,
      git_commit: "c0ffee".repeat(6),
      backup_path: join(where.bin, "planloop.stable"),
      features: { llm_recording: true, tracing: true, profiling: true },
    });
    await back(false)(where);
    expectBack(where, {});
  });

  test.each(
    [
      ["on", on, false],
      ["off", back(false), true],
      ["restore", restore, true],
    ] as const,
  )("killed before any change of dev %s", async (_name, operation, isOnBefore) => {
    const features = { llm_recording: false, mine: "kept" };
    let deaths = 0;
    for (let ended = false; !ended; deaths++) {
      const where = scene(layout, features);
      if (isOnBefore) await on(where);
      ended = await dying(operation, where, deaths);
      expectSafe(where);
      const status = await devStatus(where.home, machineOf(where));
      if (existsSync(join(where.bin, ".planloop.switch.json"))) {
        expect(status.problems.join()).toContain("interrupted half-way");
        await expect(on(where)).rejects.toThrow("dev restore");
      }
      await restore(where);
      expectBack(where, features);
      expect((await devStatus(where.home, machineOf(where))).problems).toEqual([]);
      await on(where);
      await back(false)(where);
      expectBack(where, features);
    }
    // Claim, journal, state, word, rename, …: it has really died at each of them.
    expect(deaths).toBeGreaterThan(12);
  });
});

test("dev restore removes what those left long ago who died while they asked for their turn", async () => {
  const where = scene(layouts[0]!);
  const left = [".planloop.switching.0123456789ab.tmp", ".planloop.switching.new.tmp"];
  for (const name of left) writeFileSync(join(where.bin, name), "");
  utimesSync(join(where.bin, left[0]!), 1, 1);
  await on(where);
  await restore(where);
  expect(namesIn(where.bin)).toEqual([left[1], ...where.names]);
});

test.each([layouts[0]!, layouts.at(-1)!])(
  "$name: dev restore is killed anywhere, after dev on was killed anywhere",
  async (layout) => {
    const changes = await on(scene(layout));
    for (let first = 0; first <= changes; first++) {
      for (let second = first % step, ended = false; !ended; second += step) {
        const where = scene(layout);
        await dying(on, where, first);
        ended = await dying(restore, where, second);
        expectSafe(where);
        await restore(where);
        expectBack(where, {});
      }
    }
  },
  60_000,
);
