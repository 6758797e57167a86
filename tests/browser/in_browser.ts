import { describe } from "vitest";
import { browserPath } from "./harness.ts";

/**
 * `describe` for tests of pages. They are skipped, in sight, where no browser is installed: there is
 * nothing to open a page in. CI installs one, so that all of them run there.
 */
export const describeInBrowser: typeof describe.skip = describe.skipIf(!browserPath());
