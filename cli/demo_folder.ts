/**
 * The home that the demo records into: fresh each time, and only ever emptied if the demo made it.
 *
 * @module
 */

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const markerFile = ".planloop-demo";

/**
 * Makes an empty home.
 *
 * @throws {Error} If the folder holds something that no demo made.
 */
export function freshDemoHome(path: string): void {
  const marker = join(dirname(path), markerFile);
  if (existsSync(path) && readdirSync(path).length > 0) {
    if (!existsSync(marker)) {
      throw new Error(
        `Cannot record the demo into ${path}: the folder was not made by a demo and is not empty. ` +
          "Move it away, or name another home with --home.",
      );
    }
    rmSync(path, { recursive: true });
  }
  mkdirSync(path, { recursive: true });
  writeFileSync(marker, "Made by `planloop demo`, which may replace the home beside this file.\n");
}
