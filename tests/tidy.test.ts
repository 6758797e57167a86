/**
 * What keeps the house in order: who may import whom, no file that nothing uses, no dependency in
 * the library, no effect at import, no file too long to read.
 *
 * @module
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parseSync } from "vite";
import { entries, type Room, rooms } from "./rooms.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const codeFolders = ["lib", "templates", "report", "demo", "cli", "server"];

/** Longest source file, in lines: one noun, one file. */
const linesMax = 350;

interface Import {
  /** The file that imports. */
  from: string;
  /** As written. */
  specifier: string;
  /** The imported file, relative to the project; undefined for packages and platform modules. */
  target?: string;
}

/** Modules that the report's build makes, such as the worker as a text. */
const builtModulePrefix = "planloop:";

const sources = new Map<string, string>();
const imports: Import[] = [];
/** Files that run in the build rather than in the product: build settings, and what only they use. */
const buildFiles = new Set<string>();

beforeAll(() => {
  for (const file of sourceFiles()) {
    const source = readFileSync(join(root, file), "utf8");
    sources.set(file, source);
    for (const specifier of specifiersOf(file, source)) {
      if (!specifier.startsWith(".")) imports.push({ from: file, specifier });
      else {
        const path = join(dirname(file), specifier).replaceAll("\\", "/").replace(/\?.*$/, "");
        imports.push({ from: file, specifier, target: path });
      }
    }
  }
  const shipped = reachableFrom([...entries, ...publicModules()]);
  const settings = [...sources.keys()].filter((file) => file.endsWith(".config.ts"));
  for (const file of reachableFrom(settings)) if (!shipped.has(file)) buildFiles.add(file);
});

function sourceFiles(): string[] {
  const files = ["cli.ts"];
  for (const folder of codeFolders) {
    if (!existsSync(join(root, folder))) continue;
    const options = { recursive: true, encoding: "utf8" } as const;
    for (const name of readdirSync(join(root, folder), options)) {
      const file = `${folder}/${name.replaceAll("\\", "/")}`;
      const isCode = /\.tsx?$/.test(file) && !file.endsWith(".d.ts");
      if (isCode && !file.startsWith("templates/generated/")) files.push(file);
    }
  }
  return files.filter((file) => existsSync(join(root, file))).sort();
}

/** Everything that a file imports or re-exports: values, types, `import()` and `new URL(…)`. */
function specifiersOf(file: string, source: string): string[] {
  const { module, program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`Cannot parse ${file}: ${errors[0]!.message}`);
  const found = module.staticImports.map((entry) => entry.moduleRequest.value);
  for (const entry of module.staticExports.flatMap((statement) => statement.entries)) {
    if (entry.moduleRequest) found.push(entry.moduleRequest.value);
  }
  for (const node of nodesOf(program)) {
    const literal = (value: unknown) => {
      const { type, value: text } = (value ?? {}) as { type?: string; value?: unknown };
      if (type === "Literal" && typeof text === "string") found.push(text);
    };
    if (node["type"] === "ImportExpression" || node["type"] === "TSImportType") {
      literal(node["source"]);
      literal(node["argument"]);
    }
    if (node["type"] === "NewExpression" && nameOf(node["callee"]) === "URL") {
      const first = (node["arguments"] as unknown[])[0] as { value?: unknown } | undefined;
      if (typeof first?.value === "string" && first.value.startsWith(".")) literal(first);
    }
  }
  return found;
}

function* nodesOf(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) {
    for (const item of value) yield* nodesOf(item);
  } else if (value !== null && typeof value === "object") {
    const node = value as Record<string, unknown>;
    if (typeof node["type"] === "string") yield node;
    for (const child of Object.values(node)) yield* nodesOf(child);
  }
}

function nameOf(node: unknown): string | undefined {
  return (node as { name?: string } | undefined)?.name;
}

/** The room that a file is in: the longest path that fits. */
function roomOf(file: string): Room | undefined {
  return rooms
    .filter((room) => file === room.path || file.startsWith(`${room.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

function packageOf(specifier: string): string {
  return specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

describe("imports", () => {
  test("every source file is in a room", () => {
    expect([...sources.keys()].filter((file) => !roomOf(file))).toEqual([]);
  });

  test("every relative import names an existing file, with its ending", () => {
    const missing = imports.filter(({ target }) =>
      target !== undefined && !target.startsWith("templates/generated/") &&
      !existsSync(join(root, target))
    );
    expect(missing.map(({ from, specifier }) => `${from}: ${specifier}`)).toEqual([]);
  });

  test("a room imports only the rooms that the table allows, types included", () => {
    const breaches = imports.filter(({ from, target }) => {
      if (target === undefined) return false;
      const room = roomOf(from)!;
      const other = roomOf(target);
      if (!other || other === room) return false;
      const file = target.replace(/\.tsx?$/, "");
      return !room.mayImport.includes(other.path) && !room.mayImport.includes(file);
    });
    expect(breaches.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  test("the table itself has no room that imports one below it", () => {
    const order = rooms.map((room) => room.path);
    const upward = rooms.flatMap((room, index) =>
      room.mayImport
        .filter((name) => {
          const other = order.findIndex((path) => name === path || name.startsWith(`${path}/`));
          return other < 0 || other >= index;
        })
        .map((name) => `${room.path} may import ${name}`)
    );
    expect(upward).toEqual([]);
  });

  test("packages and platform modules are imported only where the table allows", () => {
    const breaches = imports.filter(({ from, specifier, target }) => {
      if (target !== undefined || buildFiles.has(from)) return false;
      const room = roomOf(from)!;
      if (specifier.startsWith(builtModulePrefix)) return room.path !== "report";
      if (specifier.startsWith("node:")) return !room.platform;
      return !room.packages.includes(packageOf(specifier));
    });
    expect(breaches.map(({ from, specifier }) => `${from} imports ${specifier}`)).toEqual([]);
  });

  test("the library has no dependency, and the npm package none either", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    for (const key of ["dependencies", "peerDependencies", "optionalDependencies"]) {
      expect(manifest).not.toHaveProperty(key);
    }
    for (const room of rooms.filter(({ path }) => path.startsWith("lib/"))) {
      expect(room.packages, room.path).toEqual([]);
    }
  });
});

/** Every file that the given ones lead to, themselves included. */
function reachableFrom(start: Iterable<string>): Set<string> {
  const reached = new Set(start);
  for (const file of reached) {
    for (const { from, target } of imports) {
      if (from === file && target !== undefined && sources.has(target)) reached.add(target);
    }
  }
  return reached;
}

describe("files", () => {
  test("every file is used: reachable from an entry, a public module, or a build file", () => {
    const used = reachableFrom([...entries, ...publicModules()]);
    // The sample stands in for a session in the views' tests; nothing that ships may use it.
    const isSample = (file: string) => file.startsWith("report/sample/");
    const orphans = [...sources.keys()]
      .filter((file) => !used.has(file) && !buildFiles.has(file) && !isSample(file));
    expect(orphans).toEqual([]);
    expect([...used].filter(isSample)).toEqual([]);
  });

  test("entries and public modules exist", () => {
    for (const file of [...entries, ...publicModules()]) {
      expect(sources.has(file), file).toBe(true);
    }
  });

  test(`no file is longer than ${linesMax} lines`, () => {
    const long = [...sources]
      .map(([file, source]) => [file, source.split("\n").length - 1] as const)
      .filter(([, lines]) => lines > linesMax);
    expect(long).toEqual([]);
  });

  test("every room of the library has a mod.ts", () => {
    const missing = rooms
      .filter(({ path }) => path.startsWith("lib/") && !path.endsWith(".ts"))
      .filter(({ path }) => !sources.has(`${path}/mod.ts`));
    expect(missing.map(({ path }) => path)).toEqual([]);
  });
});

/** The modules that package.json and deno.json publish, as source files. */
function publicModules(): string[] {
  const deno = JSON.parse(readFileSync(join(root, "deno.json"), "utf8"));
  const npm = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const fromDeno = Object.values(deno.exports as Record<string, string>)
    .map((path) => path.replace(/^\.\//, ""));
  const fromNpm = Object.values(npm.exports as Record<string, unknown>)
    .map((target) => (target as { default?: string }).default)
    .filter((path) => path !== undefined)
    .map((path) => path.replace(/^\.\/dist\//, "").replace(/\.js$/, ".ts"));
  return [...new Set([...fromDeno, ...fromNpm])];
}

describe("effects", () => {
  test("importing a file of the library runs nothing but definitions", () => {
    const allowed = new Set([
      "ImportDeclaration",
      "ExportNamedDeclaration",
      "ExportAllDeclaration",
      "ExportDefaultDeclaration",
      "VariableDeclaration",
      "FunctionDeclaration",
      "ClassDeclaration",
      "TSInterfaceDeclaration",
      "TSTypeAliasDeclaration",
      "TSDeclareFunction",
    ]);
    const effects: string[] = [];
    for (const [file, source] of sources) {
      if (!file.startsWith("lib/")) continue;
      for (const statement of parseSync(file, source).program.body) {
        if (!allowed.has(statement.type)) effects.push(`${file}: ${statement.type}`);
      }
    }
    expect(effects).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  test("shows the same rooms as the table", () => {
    const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
    const rows = [...page.matchAll(/^\| `([^`]+)` \| (.+?) \| (.+?) \|$/gm)]
      .map(([, path, holds, mayImport]) => [path, holds, mayImport]);
    const expected = rooms.map((room) => [room.path, room.holds, importsInWords(room)]);
    expect(rows).toEqual(expected);
  });
});

/** A room's third column on the page. */
function importsInWords(room: Room): string {
  const shorten = (name: string) => name.replace(/^lib\/(?!mod)/, "");
  const all = rooms.filter(({ path }) => path.startsWith("lib/") && !path.endsWith(".ts"));
  const every = all.every(({ path }) => room.mayImport.includes(path));
  const names = every
    ? ["all of lib", ...room.mayImport.filter((name) => !name.startsWith("lib/"))]
    : room.mayImport.map(shorten);
  return [...names, ...room.packages].join(", ") || "nothing";
}
