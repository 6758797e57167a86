/**
 * The names that a switch uses, all beside the `planloop` that it switches: on one file system, so
 * that a rename takes effect at once, and where every later run finds them.
 *
 * @module
 */

import { dirname, join } from "node:path";

/** The files around one `planloop` on the user's PATH. */
export interface Place {
  readonly folder: string;
  /** The `planloop` itself. */
  readonly binary: string;
  /** The installed one, while the working copy's launcher stands in its place. */
  readonly backup: string;
  /** The launcher, until it is renamed to the binary. */
  readonly launcherDraft: string;
  /** A copy of the installed one, until it is renamed. */
  readonly backupDraft: string;
  /** What is being done; see `journal.ts`. */
  readonly journal: string;
  /** Name of the file that says which process switches. */
  readonly claimName: string;
}

/** The program's name on the PATH. */
export const programName = "planloop";

/** Ends the backup's name. */
const backupEnd = ".stable";

/**
 * What a killed switch leaves beside a binary, besides journal, backup and claim: made only by who has
 * the claim, so who has it may remove them.
 */
export const draftName: RegExp =
  /^\.planloop\.((launcher|stable)\.new|(launcher\.new|switch\.json)\.[0-9a-f]{12}\.tmp)$/;

/** The files around a `planloop`. */
export function placeOf(binary: string): Place {
  const folder = dirname(binary);
  return {
    folder,
    binary,
    backup: binary + backupEnd,
    launcherDraft: join(folder, ".planloop.launcher.new"),
    backupDraft: join(folder, ".planloop.stable.new"),
    journal: join(folder, ".planloop.switch.json"),
    claimName: ".planloop.switching",
  };
}
