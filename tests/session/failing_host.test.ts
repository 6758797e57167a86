import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleChild, removeBundles, runtimeArgs } from "../helpers/child.ts";
import { filesBelow, rawDamage, readSession } from "../helpers/session_audit.ts";

const root = mkdtempSync(join(tmpdir(), "planloop-failing-"));
const disk = join(root, "disk");
/** The customary number of the user without rights. */
const nobody = 65534;
const isRoot = process.getuid?.() === 0;
/** Whether there is a small disk of our own at `disk`: only root may make one, and not everywhere. */
let isMounted = false;
const noDisk = "a disk of its own needs root on Linux, and the right to mount";
let script = "";

beforeAll(async () => {
  mkdirSync(disk);
  if (isRoot && process.platform === "linux") {
    const args = ["-t", "tmpfs", "-o", "size=2m", "planloop", disk];
    isMounted = spawnSync("mount", args).status === 0;
  }
  script = await bundleChild(join(import.meta.dirname!, "children/failing_host_child.ts"));
  for (const path of [root, dirname(script)]) chmodSync(path, 0o755);
});
afterAll(() => {
  if (isMounted) execFileSync("umount", [disk]);
  removeBundles();
  rmSync(root, { recursive: true, force: true });
});

interface Ended {
  code: number | null;
  errors: string[];
  recording: boolean;
  results: unknown[];
}

interface RunOptions {
  /** A shell's command that sets a limit before. */
  limit?: string;
  /** Whether it runs as somebody who has no rights of their own; only root may ask for that. */
  asNobody?: boolean;
}

/** Runs the child to its end. */
function run(home: string, mode: string, task: string, options: RunOptions = {}): Ended {
  const args = runtimeArgs(script, [home, "s", mode, task]);
  const [command, all] = options.limit === undefined
    ? [process.execPath, args]
    : ["/bin/sh", ["-c", `${options.limit}; exec "$@"`, "sh", process.execPath, ...args]];
  const { status, stdout, stderr } = spawnSync(command, all, {
    encoding: "utf8",
    ...(options.asNobody && { uid: nobody, gid: nobody, cwd: root, env: nobodysEnvironment() }),
  });
  expect(stdout, stderr).toMatch(/^\{.*\}\n$/);
  return { code: status, errors: stderr.split("\n").filter(Boolean), ...JSON.parse(stdout) };
}

/** A home for what the runtime itself keeps. */
function nobodysEnvironment(): Record<string, string> {
  const own = mkdtempSync(join(root, "nobody-"));
  chmodSync(own, 0o777);
  return { PATH: process.env["PATH"] ?? "", HOME: own };
}

/** Whether everybody may reach a path. */
function isOpenToAll(path: string): boolean {
  for (let at = realpathSync(path);; at = dirname(at)) {
    if ((statSync(at).mode & 0o005) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** What a session holds of the child's lines, and what it says of the lost ones. */
async function linesIn(home: string) {
  const path = join(home, "sessions/s");
  const read = await readSession("s", path);
  const counts = read.log.flatMap(({ context }) =>
    typeof context["count"] === "number" ? [context["count"]] : []
  );
  const told = read.log.filter(({ event }) => event === "recorder_recovered")
    .map(({ context }) => context as { lost: number; reason: string });
  expect(new Set(counts).size).toBe(counts.length);
  expect(rawDamage(path)).toMatchObject({ wrong: [], temporary: [] });
  return { read, counts, told };
}

describe("a full disk", () => {
  test.for(["default", "batch"])(
    "loses records, counts them, and goes on when there is room (%s)",
    async (mode, { skip }) => {
      skip(!isMounted, noDisk);
      const home = join(disk, mode);
      mkdirSync(home);
      const { code, errors, results } = run(home, mode, "disk");
      expect(code).toBe(7);
      expect(errors).toEqual([expect.stringMatching(/^planloop: .*no space left/i)]);
      expect(results).toEqual(["hello", "ENOSPC", "hello", 2]);
      const { read, counts, told } = await linesIn(home);
      expect(counts.slice(-50)).toEqual(Array.from({ length: 50 }, (_, index) => 10_000 + index));
      const missing = 3050 - counts.length;
      expect(missing).toBeGreaterThan(1000);
      const lost = told.reduce((sum, each) => sum + each.lost, 0);
      expect(lost).toBeGreaterThanOrEqual(missing);
      // The other records are counted too, and of gathered lines those that had just gone out.
      expect(lost).toBeLessThan(missing + 100);
      expect(told[0]!.reason).toMatch(/no space left/i);
      expect(read.state!.version).toBe(2);
      expect(read.traces.at(-1)!.record.status).toBe("success");
      expect(read.lock).toBeNull();
      rmSync(home, { recursive: true });
    },
  );
});

// Windows has no `ulimit`, and no modes that forbid writing.
describe("too many open files", () => {
  test.skipIf(process.platform === "win32").each(["default", "batch"])(
    "lose what needs another file, and nothing of an open one (%s)",
    async (mode) => {
      const home = mkdtempSync(join(root, "home-"));
      const { code, errors, results } = run(home, mode, "descriptors", { limit: "ulimit -n 60" });
      expect(code).toBe(7);
      expect(errors).toEqual([expect.stringMatching(/^planloop: .*EMFILE/)]);
      expect(results).toEqual(["EMFILE", "hello", "EMFILE", "hello", 2]);
      const { read, counts, told } = await linesIn(home);
      expect(counts).toHaveLength(70);
      expect(told.length).toBeGreaterThan(0);
      expect(told[0]!.reason).toContain("EMFILE");
      expect(read.state!.version).toBe(2);
      expect(read.errors.length).toBeGreaterThan(0);
      expect(read.lock).toBeNull();
      expect(filesBelow(home).filter((file) => /\.journal\.|\.tmp$/.test(file))).toEqual([]);
    },
  );
});

describe("a home that may not be written", () => {
  test.skipIf(process.platform === "win32")(
    "is said once, and nothing else changes",
    ({ skip }) => {
      const home = mkdtempSync(join(root, "home-"));
      chmodSync(home, 0o555);
      const paths = [process.execPath, script, home];
      skip(isRoot && !paths.every(isOpenToAll), "another user may not run this");
      const { code, errors, recording, results } = run(home, "default", "none", {
        asNobody: isRoot,
      });
      expect(code).toBe(7);
      expect(errors).toEqual([
        expect.stringMatching(/^planloop: Cannot open the session .*(EACCES|permission denied)/i),
      ]);
      expect(recording).toBe(false);
      expect(results).toEqual(["hello", 2]);
      expect(readdirSync(home)).toEqual([]);
    },
  );

  test.runIf(process.platform === "linux")("as where no folder can be made at all", () => {
    const { code, errors, recording, results } = run("/proc/planloop", "default", "none");
    expect(code).toBe(7);
    expect(errors).toEqual([expect.stringMatching(/^planloop: Cannot open the session/)]);
    expect(recording).toBe(false);
    expect(results).toEqual(["hello", 2]);
  });

  test("as on a disk that is read-only", ({ skip }) => {
    skip(!isMounted, noDisk);
    const home = join(disk, "read-only");
    mkdirSync(home);
    execFileSync("mount", ["-o", "remount,ro", disk]);
    try {
      const { code, errors, recording, results } = run(home, "default", "none");
      expect(code).toBe(7);
      expect(errors).toEqual([expect.stringMatching(/^planloop: .*EROFS/)]);
      expect(recording).toBe(false);
      expect(results).toEqual(["hello", 2]);
      expect(readdirSync(home)).toEqual([]);
    } finally {
      execFileSync("mount", ["-o", "remount,rw", disk]);
    }
  });
});
