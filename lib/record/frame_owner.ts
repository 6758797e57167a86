/**
 * Whose code a stack frame is in: the program's, a library's, or the recorder's own.
 *
 * @module
 */

import { pathOfUrl } from "../runtime/mod.ts";

/** Where this module is, among the recorder's own; somewhere else once it is bundled. */
const here = import.meta.url;

/** Packages and the platform: frames that the program's author did not write. */
const LIBRARY =
  /^(?:node|ext|deno|bun|native|wasm|https?|npm|jsr):|(?:^|[\\/])(?:node_modules|deno_dir|npm[\\/]registry\.npmjs\.org)[\\/]/;

/** The recorder as an installed package, also as a source map names it. */
const INSTALLED =
  /[\\/](?:planloop|@planloop[\\/]planloop(?:[\\/][\d.]+)?)[\\/](?:dist[\\/])?lib[\\/]/;

/** Whether a frame is in a package or the platform. */
export function isLibraryFrame(file: string): boolean {
  return LIBRARY.test(file);
}

/** Whether a frame is the recorder's own. */
export function isOwnFrame(file: string): boolean {
  return (LIBRARY.test(file) && INSTALLED.test(file)) || isBeside(file);
}

let ownFolder: string | null | undefined;

/** Whether a file is in the folder that these files are in, where they are not bundled. */
function isBeside(file: string): boolean {
  ownFolder ??= /^(.*[\\/]lib[\\/])record[\\/]frame_owner\.[jt]s$/.exec(pathOfUrl(here))?.[1] ??
    null;
  return ownFolder !== null && file.startsWith(ownFolder);
}
