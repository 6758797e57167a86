/**
 * Ids: how they are made, and which are safe to become part of a path.
 *
 * @module
 */

/** A trace id as planloop writes it: `tr_<YYYYMMDDHHMMSS>_<6 hex>`, in UTC. */
export type TraceId = string;

/** A session id: `<slug>-<YYYYMMDD>T<HHMMSS>Z-<4 hex>`; the slug may hold any letters and digits. */
export type SessionId = string;

/** Longest trace id that a reader accepts, in characters. */
export const traceIdLengthMax = 128;

/** Longest session id that a reader accepts, in UTF-8 bytes: what one folder name may have. */
export const sessionIdBytesMax = 255;

/** Longest slug that {@linkcode makeSessionId} makes, in characters. */
export const slugLengthMax = 80;

/** Trace ids and lock entry ids that may become part of a file name; no `/`, no leading dot. */
export const traceIdPattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$";

/** Session ids that may become a folder name; to be read with the `u` flag. */
export const sessionIdPattern = "^[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}._-]*$";

const SAFE_TRACE_ID = new RegExp(traceIdPattern);
const SAFE_SESSION_ID = new RegExp(sessionIdPattern, "u");
const SESSION_SUFFIX = /-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-[0-9a-f]{4}$/;

/** `-<YYYYMMDD>T<HHMMSS>Z-<4 hex>`, which follows the slug. */
const SUFFIX_BYTES = 22;

/**
 * Whether a trace id may be used in a file name. Anything else is refused before it reaches a path.
 *
 * @example
 * ```ts
 * import { isTraceId } from "planloop/format";
 *
 * isTraceId("tr_20251118081417_abc123"); // true
 * isTraceId("../../evil"); // false
 * ```
 */
export function isTraceId(value: unknown): value is TraceId {
  return typeof value === "string" && SAFE_TRACE_ID.test(value);
}

/**
 * Whether a session id may be used as a folder name: one path segment of letters, digits, marks,
 * `-`, `_` and `.`, not starting with a dot, of at most {@linkcode sessionIdBytesMax} bytes.
 * Non-ASCII letters are allowed, as in real sessions.
 */
export function isSessionId(value: unknown): value is SessionId {
  return typeof value === "string" && value.length <= sessionIdBytesMax &&
    SAFE_SESSION_ID.test(value) && utf8Bytes(value) <= sessionIdBytesMax;
}

/**
 * Builds a trace id from a moment and six hexadecimal digits.
 *
 * @param time Milliseconds since the epoch, in the years 0 to 9999.
 * @param hex Six lower-case hexadecimal digits.
 * @throws {RangeError} If either is outside its range.
 */
export function makeTraceId(time: number, hex: string): TraceId {
  return `tr_${digits(time)}_${checkedHex(hex, 6)}`;
}

/**
 * Builds a session id from a name, a moment and four hexadecimal digits. The slug is the name in
 * lower case with everything but letters and digits turned into `-`, cut at
 * {@linkcode slugLengthMax} characters; an empty one is `session`.
 *
 * @param time Milliseconds since the epoch, in the years 0 to 9999.
 * @param hex Four lower-case hexadecimal digits.
 * @throws {RangeError} If time or digits are outside their range.
 *
 * @example
 * ```ts
 * import { makeSessionId } from "planloop/format";
 *
 * makeSessionId("v1.6 quality", 1763316296000, "2357"); // "v1-6-quality-20251116T180456Z-2357"
 * ```
 */
export function makeSessionId(name: string, time: number, hex: string): SessionId {
  const words = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-/, "");
  const slug = cut(words).replace(/-$/, "") || "session";
  const stamp = digits(time);
  return `${slug}-${stamp.slice(0, 8)}T${stamp.slice(8)}Z-${checkedHex(hex, 4)}`;
}

/** The moment in a session id, in milliseconds since the epoch; `undefined` where it has none. */
export function sessionIdTime(id: SessionId): number | undefined {
  const match = SESSION_SUFFIX.exec(id);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1);
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // A day that the calendar lacks (31 February) would silently become another one.
  const exists = !Number.isNaN(time) && digits(time) === match.slice(1).join("");
  return exists ? time : undefined;
}

/** Cuts a slug where its characters or its bytes, with the suffix, would be too many. */
function cut(slug: string): string {
  let bytes = SUFFIX_BYTES;
  let kept = "";
  let characters = 0;
  for (const character of slug) {
    bytes += utf8Bytes(character);
    characters += 1;
    if (bytes > sessionIdBytesMax || characters > slugLengthMax) break;
    kept += character;
  }
  return kept;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function checkedHex(hex: string, length: number): string {
  if (hex.length === length && /^[0-9a-f]+$/.test(hex)) return hex;
  throw new RangeError(
    `Cannot build an id from the digits ${JSON.stringify(hex)}: expected ${length} lower-case ` +
      "hexadecimal digits",
  );
}

function digits(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999) {
    throw new RangeError(
      `Cannot build an id from the time ${time}: expected milliseconds since 1970, in the years ` +
        "0 to 9999",
    );
  }
  return date.toISOString().replace(/\D/g, "").slice(0, 14);
}
