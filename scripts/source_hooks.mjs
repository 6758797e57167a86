/**
 * Lets Node load this working copy's TypeScript, by taking the types out of it. What comes out is
 * kept, under a name made from what went in: a file that has not changed is not transformed again.
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { appModule, renewApp } from "./renew_app.mjs";
import { cacheFolder, packageScript, root } from "./steps.mjs";

const folder = join(cacheFolder, "source");
const packages = join(root, "node_modules") + sep;

/** What the transform comes from: another version may write other code. */
const version = JSON.parse(readFileSync(packageScript("vite/package.json"), "utf8")).version;

/** Vite's own bundler, which is no dependency of this project by name. */
const fromVite = createRequire(packageScript("vite/package.json"));

let rolldown;

/** Node's hook: gives the code of a module. */
export async function load(url, context, next) {
  const path = url.startsWith("file:") ? fileURLToPath(url) : "";
  const isSource = path.endsWith(".ts") && path.startsWith(root + sep) &&
    !path.startsWith(packages);
  if (!isSource) return next(url, context);
  if (path === appModule) renewApp();
  return { format: "module", source: await codeOf(path), shortCircuit: true };
}

/** A file as JavaScript. */
async function codeOf(path) {
  const source = readFileSync(path, "utf8");
  const of = hashOf(path).slice(0, 16);
  const kept = join(folder, `${of}-${hashOf(`${version}\0${source}`)}.js`);
  try {
    return readFileSync(kept, "utf8");
  } catch {
    // Not transformed yet.
  }
  const code = await transform(path, source);
  keep(kept, code, `${of}-`);
  return code;
}

function hashOf(text) {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * One file alone: as a bundle of which everything else is left out, so that the helpers come with it
 * that the transform of newer syntax (`using`) asks for.
 */
async function transform(path, source) {
  rolldown ??= (await import(pathToFileURL(fromVite.resolve("rolldown")).href)).rolldown;
  const bundle = await rolldown({
    input: path,
    // What was hashed: the file may change meanwhile.
    plugins: [{
      name: "planloop:source",
      load: (id) => id === path ? { code: source, moduleType: "ts" } : undefined,
    }],
    external: (id, importer) => importer !== undefined && !id.includes("@oxc-project"),
    makeAbsoluteExternalsRelative: false,
    platform: "node",
    transform: { target: "node20" },
    treeshake: false,
    logLevel: "silent",
  });
  try {
    const { output: [{ code, map }] } = await bundle.generate({ format: "esm", sourcemap: true });
    const text = JSON.stringify({ ...map, sourcesContent: undefined, sources: [path] });
    const encoded = Buffer.from(text).toString("base64");
    return `${code}\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`;
  } catch (error) {
    throw new SyntaxError(stripVTControlCharacters(error.message).trim());
  } finally {
    await bundle.close();
  }
}

/**
 * Keeps a file's code in place of its earlier ones. Whole at once, since another planloop may read
 * it; a full or read-only disk costs only time.
 */
function keep(path, code, prefix) {
  const written = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(written, code);
    renameSync(written, path);
    for (const name of readdirSync(folder)) {
      if (name.startsWith(prefix) && join(folder, name) !== path) rmSync(join(folder, name));
    }
  } catch {
    // Transformed again next time.
  }
}
