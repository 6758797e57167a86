/**
 * The system's refusals in words.
 *
 * @module
 */

import { errorCode } from "../lib/runtime/files.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EDQUOT: "your share of the disk is used up",
  EFBIG: "the file would be larger than the system allows",
  EIO: "the disk or the connection to it failed",
  ENOSPC: "the disk is full",
  EPERM: "the system does not allow it",
  EROFS: "the disk is read only",
};

/** Whether an error says that there is no room left. */
export function isOutOfRoom(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT", "EFBIG"].includes(errorCode(error) ?? "");
}

/** Why the system refused, with its code: words that go on after a colon, without a final stop. */
export function systemReason(error: unknown): string {
  const code = errorCode(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return `${reasons[code] ?? "the system refuses it"} (${code})`;
}
