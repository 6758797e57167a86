import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

describe("Schema", () => {
  test("the compiler accepts exactly the schemas that match their interfaces", () => {
    const options = "--noEmit --ignoreConfig --strict --exactOptionalPropertyTypes " +
      "--noUncheckedIndexedAccess --target es2023 --lib es2023,dom --module nodenext --types node " +
      "--allowImportingTsExtensions --skipLibCheck tests/format/schema_types.ts";
    const tsc = spawnSync("node", ["node_modules/typescript/bin/tsc", ...options.split(" ")], {
      cwd: root,
      encoding: "utf8",
    });
    expect(tsc.stdout + tsc.stderr).toBe("");
    expect(tsc.status).toBe(0);
  }, 60_000);
});
