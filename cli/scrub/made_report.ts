/**
 * Reports among a session's files: their data is compressed, so a scrub cannot look into it.
 *
 * @module
 */

import { headerElementId } from "../../templates/page.ts";

/** In how much of a page its header is looked for, in bytes. */
export const reportHeaderBytesMax: number = 4 * 1024 * 1024;

/**
 * Whether a page is a report, and whether its secrets were taken out when it was made.
 *
 * @param start The page's first {@linkcode reportHeaderBytesMax} bytes, as text.
 */
export function reportKind(start: string): "redacted" | "raw" | undefined {
  const header = start.indexOf(`id="${headerElementId}"`);
  if (header < 0) return undefined;
  return /"redaction":\{"enabled":true/.test(start.slice(header)) ? "redacted" : "raw";
}
