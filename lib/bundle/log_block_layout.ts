/**
 * How a block of log rows lies in bytes: shared by the encoder and the decoder.
 *
 * A block is two byte strings. *Columns*: a head, the values that do not fit, then byte planes (the
 * lowest bytes of all rows, then the next ones, …), since bytes of equal weight compress best side
 * by side. *Text*: each row's message, context and further keys, rows with like messages next to
 * each other for the same reason. Further keys that begin with the session's id leave it out.
 *
 * ```
 * head         base time in µs (float64), count of raw times (u32), count of raw durations (u32),
 *              µs of a step between times (u32): 1000 where all of them are whole milliseconds
 * raw values   times in row order, then durations in text order, each a float64
 * row order    time 6 planes, trace 3, file 1, line 4, group 2
 * text order   level 1, operation 2, event 1, duration 4, text length 4
 * ```
 *
 * All numbers are little-endian. Text order is row order sorted by group, stably.
 *
 * @module
 */

/** Most rows that one block may have: a group's number has 16 bits. */
export const blockRowsMax = 65_536;

/** Text size at which a block is closed, in bytes. */
export const blockTextMax: number = 1 << 20;

/** Largest line number that a row can carry. */
export const lineMax = 0xffff_ffff;

/** Separates a row's message, context and further keys: a byte that UTF-8 never contains. */
export const fieldSeparator = 0xff;

/** Bytes before the raw values. */
export const headBytes = 20;

/** Bytes of the planes, for each row. */
export const planeBytesPerRow = 28;

/** First plane of each column, in planes of one byte a row. */
export const planes = {
  time: 0,
  trace: 6,
  file: 9,
  line: 10,
  group: 14,
  level: 16,
  operation: 17,
  event: 19,
  duration: 20,
  length: 24,
} as const;

/** Time deltas are steps, zigzag in 48 bits; the two highest codes are taken: */
export const timeDeltaMax: number = 2 ** 48 - 3;
/** the row has no time, */
export const timeNone: number = 2 ** 48 - 1;
/** or its time is a raw value, as it is no whole number of microseconds near the last one. */
export const timeRaw: number = 2 ** 48 - 2;

/** Durations are microseconds plus one in 32 bits; 0 is "none", the highest code a raw value. */
export const durationRaw = 0xffff_ffff;
