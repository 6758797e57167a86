/**
 * Every example in a doc comment of the library is type-checked and run.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const deno = join(root, "node_modules", ".bin", "deno");

/** Code blocks in the library's doc comments. */
function examples(): number {
  const files = readdirSync(join(root, "lib"), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts"))
    .map((file) =>
      readFileSync(join(root, "lib", file), "utf8").match(/^ +\* ```ts$/gm)?.length ?? 0
    )
    .reduce((sum, count) => sum + count, 0);
}

test("every example in the library's docs compiles and runs", { timeout: 120_000 }, () => {
  const home = mkdtempSync(join(tmpdir(), "planloop-examples-"));
  try {
    const { status, stdout, stderr } = spawnSync(deno, ["test", "--doc", "-A", "lib"], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, PLANLOOP_HOME: home, NO_COLOR: "1" },
    });
    expect(status, stdout + stderr).toBe(0);
    const passed = Number(/(\d+) passed/.exec(stdout)?.[1]);
    expect(passed).toBe(examples());
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
