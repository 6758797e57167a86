/**
 * Builds the app into one HTML page with places for a report's title, first view and data, and
 * writes that page as a module for the report writer: `templates/generated/app.ts`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build, defineConfig, type InlineConfig, type Plugin } from "vite";
import { type BuiltApp, reportApp } from "./page.ts";

const here = dirname(fileURLToPath(import.meta.url));
const generated = resolve(here, "../templates/generated/app.ts");

/** The module that holds the worker's script. */
const workerModule = "planloop:log-worker";

/**
 * The log worker: one function in the page, which gives the page the modules that both need, and
 * whose own text is the worker's script.
 */
export function logWorker(): Plugin {
  const entry = resolve(here, "data/log_worker.ts");
  const own = readFileSync(entry, "utf8");
  const exported = [...own.matchAll(/^export \{([^}]*)\} from "([^"]+)";$/gm)];
  const names = exported.flatMap(([, list]) => list!.match(/\w+/g)!);
  const shared = new Set(exported.map(([, , path]) => resolve(dirname(entry), path!)));
  let built: ReturnType<typeof bundle> | undefined;
  const text = async () =>
    `function worker() {${(await (built ??= bundle(entry, [kernels()]))).code}return planloopApp}
export const {${names.join()}} = worker();
export default "(" + worker + ")().startLogWorker()";`;
  const plugin = writtenModule(workerModule, text);
  return {
    ...plugin,
    enforce: "pre",
    resolveId(wanted: string, importer: string | undefined) {
      const isShared = wanted.startsWith(".") && importer &&
        shared.has(resolve(dirname(importer), wanted));
      return isShared || wanted === workerModule ? `\0${workerModule}` : undefined;
    },
  };
}

/** The kernels in WebAssembly, which `scripts/build.mjs` compiles, as base64. */
function kernels(): Plugin {
  return writtenModule(
    "planloop:kernels",
    () => {
      try {
        const code = readFileSync(resolve(here, "generated/kernels.wasm"));
        return `export default "${code.toString("base64")}";`;
      } catch (cause) {
        throw new Error(
          'Cannot build the report app: report/generated/kernels.wasm is missing. Run "npm run ' +
            'build" to make it.',
          { cause },
        );
      }
    },
  );
}

/** A module that the build writes. */
function writtenModule(id: string, text: () => string | Promise<string>): Plugin {
  return {
    name: id,
    resolveId: (wanted) => wanted === id ? `\0${id}` : undefined,
    async load(wanted) {
      if (wanted !== `\0${id}`) return undefined;
      return await text();
    },
  };
}

/** Settings that the app's builds share. */
export function appConfig(entry: string, plugins: Plugin[]): InlineConfig {
  return {
    root: here,
    configFile: false,
    logLevel: "warn",
    plugins,
    // What is built must not depend on NODE_ENV, which a test runner sets: neither micromark's
    // development build, with its assertions, nor JSX with source places belongs in a page.
    mode: "production",
    resolve: { conditions: ["module", "browser", "production"] },
    // `h(type, props, ...children)` rather than `jsx(type, { children: [...] })`: a property less for
    // each element with something in it.
    oxc: {
      jsx: { runtime: "classic", pragma: "h", pragmaFrag: "Fragment", development: false },
      jsxInject: 'import { Fragment, h } from "preact";',
    },
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      write: false,
      target: "es2023",
      cssTarget: "chrome123",
      cssCodeSplit: false,
      modulePreload: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      rolldownOptions: {
        input: entry,
        output: { format: "iife", name: "planloopApp", codeSplitting: false },
      },
    },
  };
}

/** Builds one script. */
async function bundle(entry: string, plugins: Plugin[]): Promise<{ code: string; style: string }> {
  const config = appConfig(entry, plugins);
  config.build!.rolldownOptions!.preserveEntrySignatures = "strict";
  // It has no elements, and must not be given what makes them.
  config.oxc = {};
  const result = await build(config);
  const { output } = Array.isArray(result) ? result[0]! : result as never;
  return appFiles(output as AppFile[]);
}

interface AppFile {
  type: "chunk" | "asset";
  fileName: string;
  code?: string;
  source?: string | Uint8Array;
}

function appFiles(files: readonly AppFile[]): { code: string; style: string } {
  const script = files.find((file) => file.type === "chunk");
  const style = files.find((file) => file.type === "asset" && file.fileName.endsWith(".css"));
  return { code: script!.code!, style: String(style?.source ?? "") };
}

/** Makes scripts and styles into the app, and hands it over. */
export function onePage(take: (app: BuiltApp) => void): Plugin {
  return {
    name: "planloop:one-page",
    // The style sheet is an output of Vite's own plugins.
    enforce: "post",
    async generateBundle(_options, files) {
      const { code: script, style } = appFiles(Object.values(files) as AppFile[]);
      const boot = await bundle(resolve(here, "boot.ts"), []);
      if (!style || !boot.style) throw new Error("Cannot build the app: it has no style.");
      take(reportApp({ boot: boot.code, firstStyle: boot.style, script, style }));
    },
  };
}

function writeModule({ shell, code }: BuiltApp): void {
  mkdirSync(dirname(generated), { recursive: true });
  // Whole at once: a planloop that runs from the source may be about to read it.
  const written = `${generated}.${process.pid}.tmp`;
  writeFileSync(
    written,
    `/**
 * The report's app, built from \`report/\` by \`npm run build\`. Do not edit.
 *
 * @module
 */

/** A whole HTML page with places for a report's title, first view, app and data. */
export const shell: string = ${JSON.stringify(shell)};

/** Size of the app's style and script, in bytes. */
export const inflatedBytes: number = ${code.inflatedBytes};

/** The app's style and script, deflated, in base64. */
export const deflated: string = "${Buffer.from(code.bytes).toString("base64")}";
`,
  );
  renameSync(written, generated);
}

export default defineConfig(
  appConfig(resolve(here, "main.tsx"), [logWorker(), onePage(writeModule)]),
);
