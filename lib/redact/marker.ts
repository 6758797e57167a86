/**
 * The marker that stands where a secret stood: `[REDACTED:<rule>:<hash4>]`.
 *
 * @module
 */

const MARKER = /^\[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]$/;
const SCHEME_AND_MARKER = /^[A-Za-z]{3,12} \[REDACTED:[a-z0-9-]+:[0-9a-f]{4}\]$/;

/**
 * Four hexadecimal digits that are the same for equal secrets, in every file and process, and from
 * which the secret cannot be computed: 16 bits are all that is kept of it.
 *
 * @example
 * ```ts
 * import { hash4 } from "planloop/redact";
 *
 * hash4("correct horse battery staple") === hash4("correct horse battery staple"); // true
 * ```
 */
export function hash4(secret: string): string {
  // Two FNV-1a lanes, mixed at the end so that every input bit reaches the bits that are kept.
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < secret.length; index++) {
    const code = secret.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x01000193) ^ (low >>> 15);
  }
  let mixed = low ^ high ^ secret.length;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return (mixed & 0xffff).toString(16).padStart(4, "0");
}

/** The text that replaces a secret that `rule` found. */
export function marker(rule: string, secret: string): string {
  return `[REDACTED:${rule}:${hash4(secret)}]`;
}

/** Whether a text is one marker and nothing else. */
export function isMarker(text: string): boolean {
  return MARKER.test(text);
}

/** Whether a text is a marker, or an HTTP scheme and a marker: nothing more to hide in it. */
export function isRedacted(text: string): boolean {
  return MARKER.test(text) || SCHEME_AND_MARKER.test(text);
}
