/**
 * The real planloop on the PATH of a scratch home, switched to a real checkout and back.
 *
 * @module
 */

import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { inflateRawSync } from "node:zlib";
import { join } from "node:path";
import process from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import { main } from "../../../cli/main.ts";
import { fakeIo } from "../fake_io.ts";
import { goodId, goodSession, makeHome } from "../homes.ts";
import { canBeRefused, openToAll, planloop, type RunOptions, temporaryFolder } from "../program.ts";
import {
  devModeOf,
  git,
  hollowCheckout,
  type Layout,
  makeCheckout,
  namesIn,
  pathWith,
  runnableLayouts,
} from "./layouts.ts";
import { pageText } from "../../templates/read_page.ts";
import { decodeWide } from "../../../lib/bundle/mod.ts";

const isStress = process.env["PLANLOOP_STRESS"] === "1";

let checkout = "";
beforeAll(() => {
  checkout = makeCheckout();
});

/** A user with an installed planloop. */
class User {
  readonly folder = temporaryFolder();
  readonly home = join(this.folder, "home");
  readonly bin: string;
  readonly names: string[];

  constructor(layout: Layout) {
    this.bin = layout.install(this.folder);
    this.names = namesIn(this.bin);
  }

  get env() {
    return { HOME: this.folder, PATH: pathWith(this.bin) };
  }

  /** Runs what the PATH leads to, in the checkout. */
  run(args: string[], { env, ...options }: RunOptions = {}) {
    return this.runAs("planloop", args, { ...options, env: { ...this.env, ...env } });
  }

  runAs(name: string, args: string[], options: RunOptions = {}) {
    const program = { name, command: [join(this.bin, name)] as const };
    return planloop(program, args, {
      cwd: checkout,
      home: this.home,
      ...options,
      env: { ...this.env, ...options.env },
    });
  }

  async json(args: string[]) {
    const { code, stdout, stderr } = await this.run(args);
    expect([code, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout);
  }

  get isOn(): boolean {
    const path = join(this.bin, "planloop");
    return lstatSync(path).isFile() && readFileSync(path, "utf8").includes("planloop-launcher");
  }
}

/** Gives the commands' help another text: what runs shows it. */
async function withEdit(from: string, to: string, action: () => Promise<void>): Promise<void> {
  const file = join(checkout, "cli", "program.ts");
  const source = readFileSync(file, "utf8");
  expect(source).toContain(from);
  writeFileSync(file, source.replace(from, to));
  try {
    await action();
  } finally {
    writeFileSync(file, source);
  }
}

describe.each(runnableLayouts)("$name", (layout) => {
  test("dev on runs the working copy, with every edit at once; dev off the installed one", async () => {
    const user = new User(layout);
    const on = await user.json(["dev", "on"]);
    const head = git(checkout, "rev-parse", "HEAD").trim();
    const binary = join(user.bin, "planloop");
    expect(on).toMatchObject({
      changed: true,
      mode: "dev",
      repo_path: checkout,
      git_commit: head,
      git_commit_now: head,
      files_changed: 0,
      backup_path: join(user.bin, "planloop.stable"),
      planloop_path: binary,
      planloop_kind: "launcher",
      features: { llm_recording: false, tracing: true, profiling: true },
      unfinished: null,
      problems: [],
      notes: [],
    });
    expect(git(checkout, "rev-parse", on.git_tag).trim()).toBe(head);
    expect(on.git_tag).toMatch(/^dev-start-\d{8}-\d{6}$/);
    expect(devModeOf(user.home)).toMatchObject({
      mode: "dev",
      enabled_at: on.enabled_at,
      repo_path: checkout,
      backup_path: on.backup_path,
    });
    expect(readFileSync(join(user.home, ".dev_mode"), "utf8")).toBe("dev");

    for (const word of layout === runnableLayouts[0] ? ["first", "second"] : ["only"]) {
      await withEdit("print the version", `print the ${word} edit`, async () => {
        expect((await user.run(["--help"])).stdout).toContain(`print the ${word} edit`);
        expect((await user.runAs("planloop.stable", ["--help"])).stdout).not.toContain("edit");
        expect(await user.json(["dev", "status"])).toMatchObject({ files_changed: 1 });
      });
    }

    const off = await user.json(["dev", "off"]);
    expect(off).toMatchObject({ changed: true, mode: "stable", repo_path: null, problems: [] });
    expect(off.planloop_kind).toBe(layout.name.split(/[ ,]/)[0]);
    expect(namesIn(user.bin)).toEqual(user.names);
    expect(readFileSync(join(user.home, ".dev_mode"), "utf8")).toBe("stable");
    await withEdit("print the version", "print the third edit", async () => {
      expect((await user.run(["--help"])).stdout).not.toContain("third edit");
    });
  });
});

const [layout] = runnableLayouts;

test("SIGKILL at some moment of dev on: planloop runs, and dev restore gets back", async () => {
  const delays = isStress ? Array.from({ length: 40 }, (_, index) => index * 20) : [150, 300, 450];
  for (const delay of delays) {
    const user = new User(layout!);
    await user.run(["dev", "on"], {
      onStart: (process) => void setTimeout(() => process.kill("SIGKILL"), delay),
    });
    expect((await user.run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await user.run(["dev", "restore"])).code).toBe(0);
    const left = namesIn(user.bin).filter((name) => !name.startsWith(".planloop.switching."));
    expect(left).toEqual(user.names);
    expect(await user.json(["dev", "status"])).toMatchObject({ mode: "stable", problems: [] });
  }
}, isStress ? 180_000 : 30_000);

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s while dev on works: undone, or done",
  async (signal) => {
    for (const delay of [100, 300, 500]) {
      const user = new User(layout!);
      const { code } = await user.run(["dev", "on"], {
        onStart: (process) => void setTimeout(() => process.kill(signal), delay),
      });
      const status = await user.json(["dev", "status"]);
      expect(status).toMatchObject({ mode: user.isOn ? "dev" : "stable", problems: [] });
      if (!user.isOn) expect(namesIn(user.bin)).toEqual(user.names);
      if (code === 0) expect(user.isOn).toBe(true);
    }
  },
);

test("several at once: one switches, the others say so or find it done", async () => {
  const user = new User(layout!);
  for (const command of ["on", "off"]) {
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => user.run(["dev", command])),
    );
    const done = runs.filter(({ code }) => code === 0).map(({ stdout }) => JSON.parse(stdout));
    expect(done.filter(({ changed }) => changed), JSON.stringify(runs)).toHaveLength(1);
    for (const { code, stderr } of runs) {
      if (code !== 0) expect(stderr).toMatch(/process \d+ is switching it; wait/);
    }
    expect(user.isOn).toBe(command === "on");
    expect(await user.json(["dev", "status"])).toMatchObject({ problems: [] });
  }
  expect(namesIn(user.bin)).toEqual(user.names);
});

test("a working copy that is broken while it runs: one sentence, and dev restore works", async () => {
  const user = new User(layout!);
  await user.json(["dev", "on"]);
  await withEdit("export function buildProgram", "export function (", async () => {
    const { code, stderr } = await user.run(["--version"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Cannot run planloop from the source in .*program\.ts/s);
    expect(stderr).toMatch(/bring the installed planloop back: planloop dev restore\.\n$/);
    expect((await user.run(["dev", "restore"])).code).toBe(0);
    expect(await user.run(["--version"])).toMatchObject({ code: 0, stderr: "" });
  });
});

test("a working copy that is gone: how to get back, and dev restore works", async () => {
  const user = new User(layout!);
  await user.json(["dev", "on"]);
  renameSync(checkout, `${checkout}-away`);
  try {
    const away = { cwd: user.folder };
    const { code, stderr } = await user.run(["dev", "status"], away);
    expect([code, stderr]).toEqual([
      1,
      `Error: Cannot run planloop from ${checkout}: the working copy is gone.\n` +
      `Bring the installed planloop back: mv -f '${user.bin}/planloop.stable' ` +
      `'${user.bin}/planloop'\n`,
    ]);
    const status = await user.runAs("planloop.stable", ["dev", "status"], away);
    expect(JSON.parse(status.stdout).problems.join()).toMatch(/working copy .* is gone/);
    expect((await user.run(["dev", "restore"], away)).code).toBe(0);
    expect(namesIn(user.bin)).toEqual(user.names);
  } finally {
    renameSync(`${checkout}-away`, checkout);
  }
});

test("a working copy without its dependencies: one sentence", async () => {
  const folder = temporaryFolder();
  cpSync(join(checkout, "scripts"), join(folder, "scripts"), { recursive: true });
  const command = "Deno" in globalThis
    ? [process.execPath, "run", "-A", "--quiet", "--no-config"] as const
    : [process.execPath] as const;
  const program = { name: "source", command: [...command, join(folder, "scripts/run_source.mjs")] };
  const { code, stderr } = await planloop(program as never, ["--version"], { cwd: folder });
  expect([code, stderr]).toEqual([
    1,
    `Cannot run planloop from its source: ${folder} has no dependencies installed. Run npm ci ` +
    "there, or put the installed planloop back: planloop dev restore.\n",
  ]);
});

// It waits as long as `dev on` does for a program that hangs: part of `npm run stress`.
test.skipIf(!isStress)(
  "a program that hangs: dev on gives up in time, and nothing is changed",
  async () => {
    const user = new User(layout!);
    const runner = join(checkout, "scripts", "run_source.mjs");
    const source = readFileSync(runner, "utf8");
    writeFileSync(runner, "await new Promise((resolve) => setTimeout(resolve, 60_000));\n");
    try {
      const { code, stderr } = await user.run(["dev", "on"]);
      expect([code, stderr]).toEqual([
        1,
        `Error: Cannot switch to ${checkout}: its planloop does not run (it did not end in time). ` +
        "It says: nothing.\n",
      ]);
      expect(namesIn(user.bin)).toEqual(user.names);
    } finally {
      writeFileSync(runner, source);
    }
  },
);

test("a copy of the source inside another repository, or without one: refused", async () => {
  const user = new User(layout!);
  const outer = temporaryFolder();
  const inner = join(outer, "vendor");
  cpSync(hollowCheckout(), inner, { recursive: true });
  const on = () => user.run(["dev", "on", "--repo", inner]);
  expect((await on()).stderr).toMatch(
    /^Error: Cannot switch to \S+vendor: it is not a git checkout/,
  );
  git(outer, "init", "-q");
  git(outer, "add", ".");
  git(outer, "commit", "-q", "-m", "outer");
  expect((await on()).stderr).toContain(`it is no checkout of its own but a folder of ${outer},`);
  expect(namesIn(user.bin)).toEqual(user.names);
});

test("a conflict in the middle of a merge: refused until it is over", async () => {
  const user = new User(layout!);
  const branch = git(checkout, "branch", "--show-current").trim();
  const commit = (text: string) => {
    writeFileSync(join(checkout, "NOTES"), text);
    git(checkout, "add", "NOTES");
    git(checkout, "commit", "-q", "-m", text);
  };
  commit("base");
  git(checkout, "checkout", "-q", "-b", "other");
  commit("theirs");
  git(checkout, "checkout", "-q", branch);
  commit("ours");
  expect(() => git(checkout, "merge", "-q", "other")).toThrow();
  expect((await user.run(["dev", "on"])).stderr).toMatch(/Git is in the middle of a merge there/);
  git(checkout, "merge", "--abort");
  expect(await user.json(["dev", "on"])).toMatchObject({ mode: "dev" });
});

test("dev on and off keep the home's recording switches", async () => {
  const user = new User(layout!);
  const home = makeHome({ [goodId]: goodSession() });
  writeFileSync(join(home, ".dev_mode.json"), '{"features":{"llm_recording":false,"mine":1}}');
  const run = async (args: string[]) => JSON.parse((await user.run(args, { home })).stdout);
  const on = await run(["dev", "dogfood"]);
  expect(on.features).toEqual({ llm_recording: true, tracing: true, profiling: true });
  expect(on.checks.map(({ name }: { name: string }) => name))
    .toEqual(["planloop runs", "report app", "home", "recording", "model calls"]);
  const off = await run(["dev", "off"]);
  expect(off.features.llm_recording).toBe(false);
  expect(devModeOf(home)["features"]).toEqual({ llm_recording: false, mine: 1 });
});

test("dev dogfood says what switches recording off, exit 3", async () => {
  const user = new User(layout!);
  const { code, stdout } = await user.run(["dev", "dogfood"], {
    env: { PLANLOOP_NO_RECORDING: "1" },
  });
  expect(code).toBe(3);
  const { features, checks } = JSON.parse(stdout);
  expect(features).toEqual({ llm_recording: false, tracing: false, profiling: false });
  expect(JSON.stringify(checks)).toContain("PLANLOOP_NO_RECORDING=1 in the environment; unset it");
});

test("the report's app is built when its source has changed, and only then", async () => {
  const user = new User(layout!);
  await user.json(["dev", "on"]);
  const home = makeHome({ [goodId]: goodSession() });
  const report = async () => {
    const out = join(user.folder, "report");
    const { code, stderr } = await user.run(["report", "--out", out], { home });
    expect(code, stderr).toBe(0);
    const page = pageText(join(out, "index.html"));
    const [, packed] = /data-kind="app"[^>]*>([^<]+)</.exec(page)!;
    return { stderr, app: inflateRawSync(decodeWide(packed!)).toString() };
  };
  await report();
  expect((await report()).stderr).not.toContain("Built");
  appendFileSync(join(checkout, "report", "main.tsx"), '\nconsole.debug("an edit of the app");\n');
  const edited = await report();
  expect(edited.stderr).toContain("Built the report app");
  expect(edited.app).toContain("an edit of the app");
  git(checkout, "checkout", "-q", "report/main.tsx");
  expect((await report()).app).not.toContain("an edit of the app");
});

describe("on a terminal", () => {
  const at = (user: User) =>
    fakeIo({ env: { ...user.env, PLANLOOP_HOME: user.home }, cwd: checkout });

  test("dev dogfood, status and off in lines", async () => {
    const user = new User(layout!);
    const on = at(user);
    expect(await main(["dev", "dogfood"], on)).toBe(0);
    const { git_tag } = devModeOf(user.home);
    const lines = on.stdout.text.split("\n");
    expect(lines.slice(0, 5)).toEqual([
      "✅ Dev mode enabled",
      `📁 Repo: ${checkout}`,
      `🔗 Launcher: ${user.bin}/planloop → ${checkout}/cli.ts`,
      `🏷️  Tagged: ${git_tag}`,
      "📊 Features: LLM recording ✓ | Tracing ✓ | Profiling ✓",
    ]);
    expect(on.stdout.text).toMatch(/^✓ planloop runs: version \S+ from the source, in \d+ ms$/m);
    expect(on.stdout.text).toMatch(/^✓ report app: (up to date|built from the source)$/m);

    const status = at(user);
    expect(await main(["dev", "status"], status)).toBe(0);
    expect(status.stdout.text).toMatch(/^WHAT +VALUE\nmode +dev\nplanloop +\S+\/planloop\n/);
    expect(status.stdout.text).toMatch(/^LLM recording +on \(features in \.dev_mode\.json\)$/m);

    const off = at(user);
    expect(await main(["dev", "off"], off)).toBe(0);
    expect(off.stdout.text).toMatch(/^✅ Dev mode disabled\n🔗 Installed: \S+\/planloop → /);
    const again = at(user);
    await main(["dev", "off"], again);
    expect(again.stdout.text).toBe("✅ Dev mode is off already\n");
  });
});

test("a folder that the system does not let one write to: refused, nothing changed", async (context) => {
  const user = new User(layout!);
  openToAll(user.folder);
  chmodSync(join(user.bin, "planloop"), 0o755);
  const program = { name: "planloop", command: [join(user.bin, "planloop")] as const };
  const runtime = { name: "runtime", command: [process.execPath] as const };
  if (![program, runtime].every(canBeRefused)) return context.skip();
  const repo = hollowCheckout();
  git(repo, "init", "-q");
  git(repo, "add", ".");
  git(repo, "commit", "-q", "-m", "as it is");
  openToAll(repo);
  chmodSync(user.bin, 0o555);
  const { code, stderr } = await user.run(["dev", "on", "--repo", repo], {
    cwd: user.folder,
    isRefusable: true,
    env: { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "safe.directory", GIT_CONFIG_VALUE_0: "*" },
  });
  chmodSync(user.bin, 0o755);
  expect(stderr).toMatch(
    /^Error: Cannot switch \S+: you may not write to \S+; install planloop in/,
  );
  expect(code).toBe(1);
  expect(namesIn(user.bin)).toEqual(user.names);
  expect(existsSync(user.home)).toBe(false);
});
