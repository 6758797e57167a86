/**
 * What the program's exit code says.
 *
 * @module
 */

/**
 * - `ok`: done
 * - `failed`: could not be done; a sentence on stderr says why
 * - `usage`: the command line was not understood
 * - `foundProblems`: done, and what was checked is not clean
 * - `interrupted`: ended by Ctrl-C, as in a shell (128 + SIGINT)
 */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  foundProblems: 3,
  interrupted: 130,
} as const;

export type ExitCode = typeof exitCodes[keyof typeof exitCodes];
