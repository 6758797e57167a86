/**
 * The checks of `planloop doctor`.
 *
 * @module
 */

export type { Check, CheckStatus } from "./check.ts";
export {
  checkDevMode,
  checkDisk,
  checkHome,
  checkRecording,
  checkSettings,
} from "./home_checks.ts";
export { checkBrowser, checkProgram, checkRuntime } from "./program_checks.ts";
export { checkCurrent, checkLeftovers, checkLocks, checkSessions } from "./session_checks.ts";
