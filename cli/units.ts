/**
 * Numbers as people read them.
 *
 * @module
 */

const sizeUnits = ["B", "KB", "MB", "GB", "TB"] as const;

/** `1 task`, `2 tasks`, `1,204 lines`. */
export function count(value: number, noun: string, plural: string = `${noun}s`): string {
  return `${value.toLocaleString("en")} ${value === 1 ? noun : plural}`;
}

/** `840 B`, `1.4 MB`: powers of 1000. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < sizeUnits.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${sizeUnits[unit]}`;
}

/** `2026-11-22 15:04`, in UTC; `-` where it is unknown. */
export function minute(time: number | null): string {
  return time === null ? "-" : new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

/** RFC 3339 in UTC with milliseconds; null where it is unknown. */
export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
