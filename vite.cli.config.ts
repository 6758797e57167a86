/**
 * Bundles the command line with everything it depends on, so that installing planloop installs
 * nothing else. What a command needs stays in a chunk of its own, loaded when the command runs.
 *
 * @module
 */

import { basename, dirname, relative, resolve } from "node:path";
import { defineConfig, type UserConfig } from "vite";

/**
 * A source's path as seen from `dist`, where the bundle ends up: it is built in another folder and
 * moved there when it is whole.
 */
function sourceFromDist(source: string, map: string): string {
  const folder = dirname(map);
  const target = basename(folder) === "chunks" ? "dist/chunks" : "dist";
  return relative(resolve(import.meta.dirname, target), resolve(folder, source));
}

const config: UserConfig = defineConfig({
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
      },
    },
  },
});

export default config;
