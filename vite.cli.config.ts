/**
 * Bundles the command line with everything it depends on, so that installing planloop installs
 * nothing else. What a command needs stays in a chunk of its own, loaded when the command runs.
 *
 * @module
 */

import { defineConfig, type UserConfig } from "vite";

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
      output: { entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
    },
  },
});

export default config;
