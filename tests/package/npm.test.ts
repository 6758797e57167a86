/**
 * The npm package as its users get it: packed, installed into an empty project, run.
 *
 * @module
 */

import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planloopVersion } from "../../cli/version.ts";
import { goodId, goodSession, makeHome } from "../cli/homes.ts";
import { cleanEnvironment } from "../cli/program.ts";
import { pageText } from "../templates/read_page.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

// npm belongs to Node: the run on Node proves the package for both.
describe.skipIf("Deno" in globalThis)("the npm package", () => {
  let folder = "";
  let files: string[] = [];
  const installed = () => join(folder, "node_modules", "planloop");
  const npm = (...args: string[]) => {
    return execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  };
  const run = (...args: string[]) => {
    const [command = "", ...rest] = args;
    return spawnSync(command, rest, { cwd: folder, env: cleanEnvironment(), encoding: "utf8" });
  };

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "planloop-package-")));
    const packed = npm("pack", "--json", "--ignore-scripts", root);
    const [{ filename, files: listed }] = JSON.parse(packed);
    files = listed.map((file: { path: string }) => file.path);
    writeFileSync(join(folder, "package.json"), `{"private":true,"type":"module"}`);
    npm("install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("installs nothing but itself", () => {
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/planloop"]);
  });

  test("holds the program, the library with its types, the spec and the licence", () => {
    const expected = [
      "LICENSE",
      "README.md",
      "dist/cli.js",
      "dist/lib/mod.d.ts",
      "dist/lib/mod.js",
      "docs/configuration.md",
      "docs/performance.md",
      "docs/planloop.schema.json",
      "docs/recording.md",
      "lib/format/README.md",
      "lib/format/schema/log_line.schema.json",
      "package.json",
    ];
    expect(files).toEqual(expect.arrayContaining(expected));
  });

  test("holds no sources, tests or development files", () => {
    const allowed =
      /^(LICENSE|README\.md|package\.json|dist\/|docs\/\w+\.(?:md|schema\.json)$|lib\/format\/(README\.md|schema\/))/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
    expect(files.filter((file) => /(?<!\.d)\.tsx?$|\.test\.|\.map$/.test(file))).toEqual([]);
  });

  test("every export has its file and its types", () => {
    const { exports } = JSON.parse(readFileSync(join(installed(), "package.json"), "utf8"));
    for (const [name, target] of Object.entries(exports)) {
      for (const path of typeof target === "string" ? [target] : Object.values(target as object)) {
        expect(existsSync(join(installed(), path)), `${name}: ${path}`).toBe(true);
      }
    }
  });

  test("planloop --version runs", () => {
    const program = join(folder, "node_modules", ".bin", "planloop");
    expect(run(program, "--version")).toMatchObject({
      status: 0,
      stdout: `${planloopVersion}\n`,
      stderr: "",
    });
  });

  test("planloop report writes a report", () => {
    const home = makeHome({ [goodId]: goodSession() });
    const program = join(folder, "node_modules", ".bin", "planloop");
    const { status, stdout } = run(program, "report", "--home", home, "--out", "out");
    expect(status).toBe(0);
    expect(realpathSync(stdout.trim())).toBe(join(folder, "out", "index.html"));
    expect(pageText(stdout.trim())).toMatch(/^<!doctype html>/i);
  });

  test("the library records from an installed package, and the program reads it", () => {
    writeFileSync(
      join(folder, "record.mjs"),
      `import { openSession } from "planloop";
       const session = openSession({ name: "packed", home: "./home" });
       session.trace("greet", () => session.info("hello"));
       session.close();
       console.log(session.id);`,
    );
    const recorded = run(process.execPath, "record.mjs");
    expect(recorded).toMatchObject({ status: 0, stderr: "" });
    const program = join(folder, "node_modules", ".bin", "planloop");
    const { stdout } = run(program, "sessions", "info", "--home", "./home", "--json");
    const answer = JSON.parse(stdout);
    expect(answer.session).toBe(recorded.stdout.trim());
    expect(answer.counts).toMatchObject({ traces: 1 });
    expect(answer.counts.log_lines).toBeGreaterThan(0);
    expect(answer.problems).toEqual([]);
  });

  test("each subpath can be imported", () => {
    writeFileSync(
      join(folder, "subpaths.mjs"),
      `for (const name of ["format", "read", "store", "analyse", "query"]) {
         const module = await import("planloop/" + name);
         console.log(name, Object.keys(module).length > 0);
       }`,
    );
    expect(run(process.execPath, "subpaths.mjs").stdout)
      .toBe("format true\nread true\nstore true\nanalyse true\nquery true\n");
  });
});

describe.skipIf("Deno" in globalThis)("npm pack in a checkout that was never built", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

  /** Packs a project of the same settings, whose build script is the given one. */
  function pack(build: string) {
    const project = realpathSync(mkdtempSync(join(tmpdir(), "planloop-prepack-")));
    try {
      cpSync(join(root, "package.json"), join(project, "package.json"));
      mkdirSync(join(project, "scripts"));
      writeFileSync(join(project, "scripts", "build.mjs"), build);
      const { status, stdout } = spawnSync("npm", ["pack", "--json"], {
        cwd: project,
        encoding: "utf8",
      });
      const packed = readdirSync(project).filter((name) => name.endsWith(".tgz"));
      return { status, stdout, packed };
    } finally {
      rmSync(project, { recursive: true, force: true });
    }
  }

  test("builds first, whatever an earlier build left", () => {
    expect(scripts.prepack).toBe("node scripts/build.mjs --force");
    const { status, stdout } = pack(
      `import { mkdirSync, writeFileSync } from "node:fs";
       mkdirSync("dist");
       writeFileSync("dist/cli.js", "");`,
    );
    expect(status).toBe(0);
    const [{ files }] = JSON.parse(stdout);
    expect(files.map(({ path }: { path: string }) => path)).toContain("dist/cli.js");
  });

  test("makes no package where the build fails", () => {
    const { status, packed } = pack("process.exit(1);");
    expect(status).not.toBe(0);
    expect(packed).toEqual([]);
  });
});
