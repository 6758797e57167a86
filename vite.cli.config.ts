/**
 * Bundles the command line with everything it depends on, so that installing planloop installs
 * nothing else. What a command needs stays in a chunk of its own, loaded when the command runs.
 *
 * @module
 */

import { basename, dirname, relative, resolve } from "node:path";
import { defineConfig, type Plugin, type UserConfig } from "vite";

/**
 * A source's path as seen from `dist`, where the bundle ends up: it is built in another folder and
 * moved there when it is whole.
 */
function sourceFromDist(source: string, map: string): string {
  const folder = dirname(map);
  const target = basename(folder) === "chunks" ? "dist/chunks" : "dist";
  return relative(resolve(import.meta.dirname, target), resolve(folder, source));
}

/**
 * What every command line needs, and help needs alone: in one file, as each further one costs its
 * start. Everything else is loaded by the command that runs.
 */
const core = new RegExp(
  "/cli/(commands|exit_codes|failure|help|io|main|nearest_name|process|program|style|" +
    "system_reason|talk|text|version)\\.ts$|/lib/runtime/files\\.ts$|/lib/store/nearest\\.ts$|" +
    "/node_modules/commander/",
);

/** Commander starts programs of its own only for a kind of command that planloop has none of. */
const noChildProcess: Plugin = {
  name: "planloop:no-child-process",
  transform(code, id) {
    if (!/\/commander\/lib\/command\.js$/.test(id)) return undefined;
    const wanted = "require('node:child_process')";
    if (!code.includes(wanted)) throw new Error(`Cannot find ${wanted} in ${id}: does it still?`);
    return { code: code.replace(wanted, "{}"), map: null };
  },
};

const config: UserConfig = defineConfig({
  plugins: [noChildProcess],
  ssr: { noExternal: true },
  build: {
    ssr: "cli.ts",
    outDir: "dist",
    emptyOutDir: false,
    copyPublicDir: false,
    target: "node20",
    // Readable: the stacks of planloop's own errors, and of the demo's, show this code.
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        sourcemapPathTransform: sourceFromDist,
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: "core", test: core }],
        },
      },
    },
  },
});

export default config;
