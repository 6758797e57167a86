import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const deno = "Deno" in globalThis ? process.execPath : join(root, "node_modules", ".bin", "deno");

test("deno publish --dry-run accepts the sources, and publishes no tests", () => {
  const args = ["publish", "--dry-run", "--allow-dirty"];
  const { status, stdout, stderr } = spawnSync(deno, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    encoding: "utf8",
  });
  const talk = stdout + stderr;
  expect(talk).toContain("Dry run complete");
  expect(status).toBe(0);
  expect(talk).toContain("lib/mod.ts");
  expect(talk).toContain("cli.ts");
  expect(talk).not.toMatch(/\/tests\/|node_modules\//);
}, 120_000);
