#!/usr/bin/env node
/**
 * Builds what the package ships: the report's kernels and app, the library, the command line. A step
 * whose inputs have not changed since its last run is left out.
 *
 *     node scripts/build.mjs [--force] [--app]
 *
 * `--app` builds only what the sources need to run: the report's app. It installs nothing.
 */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { setup } from "./setup.mjs";
import {
  cacheFolder,
  fail,
  filesBelow,
  hashFiles,
  isMain,
  packageScript,
  root,
  run,
  say,
} from "./steps.mjs";

const generated = (file) => file.startsWith("templates/generated");
const kernelSources = "report/kernels/wasm";
const logKernelSources = "cli/report/wasm";
const shared = ["package.json", "package-lock.json", "tsconfig.json"];

/** In order: each step may read what the one before it wrote. */
const steps = [
  {
    name: "kernels",
    inputs: () => filesBelow([kernelSources, "scripts/build.mjs", ...shared]),
    output: "report/generated/kernels.wasm",
    run: buildKernels,
  },
  {
    name: "log kernels",
    inputs: () => filesBelow([logKernelSources, "scripts/build.mjs", ...shared]),
    output: "templates/generated/log_kernels.ts",
    run: buildLogKernels,
  },
  {
    name: "report app",
    inputs: () => filesBelow(["report", "lib", "templates", ...shared], generated),
    output: "templates/generated/app.ts",
    run: () =>
      run(process.execPath, [
        packageScript("vite/bin/vite.js"),
        "build",
        "--config",
        "report/vite.config.ts",
        "--logLevel",
        "warn",
      ]),
  },
  {
    name: "library",
    inputs: () => filesBelow(["lib", "tsconfig.build.json", ...shared]),
    output: "dist/lib/mod.js",
    run: () =>
      replacing("dist/lib", (folder) =>
        run(process.execPath, [
          packageScript("typescript/bin/tsc"),
          "-p",
          "tsconfig.build.json",
          "--outDir",
          folder,
        ])),
  },
  {
    name: "command line",
    inputs: () =>
      filesBelow(
        ["cli.ts", "cli", "lib", "templates", "demo", "server", "vite.cli.config.ts", ...shared],
      ),
    output: "dist/cli.js",
    run: buildCommandLine,
  },
];

/** The steps that make the report's app, and what else a report needs. */
const appSteps = steps.slice(0, 3);

/** Runs every step that has changed inputs; with `onlyApp`, those that make the report's app. */
export async function build({ force = false, onlyApp = false } = {}) {
  for (const step of onlyApp ? appSteps : steps) {
    const stamp = stampOf(step);
    const hash = hashFiles(step.inputs());
    if (!force && isStamped(step, `${hash} ${process.version}`)) continue;
    const start = performance.now();
    const code = await step.run();
    if (code !== 0) {
      fail(`Cannot build the ${step.name}: the compiler ended with code ${code} (see above).`);
    }
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(stamp, `${hash} ${process.version}`);
    say(`Built the ${step.name} in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
  }
}

/** Whether the report's app was built from the sources as they are, with whichever Node. */
export function isAppCurrent() {
  return appSteps.every((step) => isStamped(step, `${hashFiles(step.inputs())} `));
}

function stampOf({ name }) {
  return join(cacheFolder, `${name.replace(" ", "-")}.sha256`);
}

/** Whether a step's last run left its output, and a stamp that begins so. */
function isStamped(step, start) {
  const stamp = stampOf(step);
  return existsSync(stamp) && existsSync(join(root, step.output)) &&
    readFileSync(stamp, "utf8").startsWith(start);
}

/** Compiles the report's kernels from AssemblyScript. */
function buildKernels() {
  return compileKernels(kernelSources, "report/generated/kernels.wasm");
}

/** Compiles the kernels that read a log, into a text that is loaded wherever planloop runs. */
async function buildLogKernels() {
  const folder = join(cacheFolder, `kernels-${process.pid}`);
  const file = join(folder, "log.wasm");
  try {
    const code = await compileKernels(logKernelSources, file);
    if (code !== 0) return code;
    const target = join(root, "templates/generated/log_kernels.ts");
    mkdirSync(dirname(target), { recursive: true });
    const text = readFileSync(file).toString("base64");
    writeFileSync(target, `export const logKernels: string =\n  "${text}";\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compiles AssemblyScript to a module that takes its memory from who starts it. */
async function compileKernels(sources, target) {
  mkdirSync(dirname(resolve(root, target)), { recursive: true });
  return await run(process.execPath, [
    packageScript("assemblyscript/bin/asc.js"),
    ...filesBelow([sources]).filter((file) => file.endsWith(".ts")),
    "--outFile",
    target,
    ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"],
    ...["--importMemory", "--zeroFilledMemory", "--initialMemory", "1", "--noExportMemory"],
  ]);
}

/** Builds into a folder beside the real one and swaps them, so that nobody runs half a build. */
async function replacing(target, compile) {
  const folder = join(cacheFolder, `build-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  try {
    const code = await compile(folder);
    if (code !== 0) return code;
    mkdirSync(dirname(join(root, target)), { recursive: true });
    rmSync(join(root, target), { recursive: true, force: true });
    renameSync(folder, join(root, target));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Old chunks go only after the new entry is in place: a running planloop may still load them. */
async function buildCommandLine() {
  const folder = join(cacheFolder, `build-${process.pid}`);
  const chunks = join(root, "dist", "chunks");
  try {
    const code = await run(process.execPath, [
      packageScript("vite/bin/vite.js"),
      "build",
      "--config",
      "vite.cli.config.ts",
      "--outDir",
      folder,
      "--logLevel",
      "warn",
    ]);
    if (code !== 0) return code;
    const built = new Set(
      existsSync(join(folder, "chunks")) ? readdirSync(join(folder, "chunks")) : [],
    );
    mkdirSync(chunks, { recursive: true });
    for (const name of built) renameSync(join(folder, "chunks", name), join(chunks, name));
    chmodSync(join(folder, "cli.js"), 0o755);
    for (const name of ["cli.js.map", "cli.js"]) {
      renameSync(join(folder, name), join(root, "dist", name));
    }
    for (const name of readdirSync(chunks)) if (!built.has(name)) rmSync(join(chunks, name));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (isMain(import.meta)) {
  const options = ["--force", "--app"];
  const unknown = process.argv.slice(2).find((argument) => !options.includes(argument));
  if (unknown) {
    say(`Unknown option ${unknown}. Usage: node scripts/build.mjs [--force] [--app]`);
    process.exit(2);
  }
  const [force, onlyApp] = options.map((option) => process.argv.includes(option));
  if (!onlyApp) await setup();
  await build({ force, onlyApp });
}
