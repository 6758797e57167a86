/**
 * Figures as people read them. The report, its static first view and the CLI show the same words.
 *
 * @module
 */

/**
 * A length of time: `0.42 ms`, `42 ms`, `4.21 s`, `3m 12s`, `2h 05m`, `3d 4h`; what no clock
 * measures as `1.2e+9d`; `–` where unknown.
 *
 * @param ms Milliseconds; null or NaN is unknown.
 *
 * @example
 * ```ts
 * import { humanDuration } from "planloop/format";
 *
 * humanDuration(4213.2); // "4.21 s"
 * ```
 */
export function humanDuration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  const size = Math.abs(ms);
  const sign = ms < 0 ? "−" : "";
  if (size === 0) return "0 ms";
  if (size < 0.9995) return `${sign}${size < 0.01 ? size.toFixed(3) : size.toFixed(2)} ms`;
  if (size < 9.95) return `${sign}${size.toFixed(1)} ms`;
  if (size < 999.5) return `${sign}${Math.round(size)} ms`;
  if (size < 9995) return `${sign}${(size / 1000).toFixed(2)} s`;
  if (size < 59_950) return `${sign}${(size / 1000).toFixed(1)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.round(size / 60_000);
  if (minutes < 1440) return `${sign}${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(size / 3_600_000);
  const days = Math.floor(hours / 24);
  return `${sign}${days < 1e6 ? `${days}d ${hours % 24}h` : `${days.toExponential(1)}d`}`;
}

/** A size in decimal units: `812 B`, `1.2 KB`, `34 MB`; `–` where unknown. */
export function humanBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return "–";
  if (bytes < 1000) return `${bytes} B`;
  const units = ["KB", "MB", "GB", "TB"];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A count with thousands set apart: `1,234,567`; `–` where unknown. */
export function humanCount(count: number | null | undefined): string {
  if (count === null || count === undefined || !Number.isFinite(count)) return "–";
  const [whole, fraction] = String(count).split(".");
  const grouped = whole!.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction ? `${grouped}.${fraction}` : grouped;
}

/** Dollars: `$0.0042`, `$1.23`; `unknown` where no price is known, for that is not zero. */
export function humanCost(dollars: number | null | undefined): string {
  if (dollars === null || dollars === undefined || !Number.isFinite(dollars)) return "unknown";
  if (dollars === 0) return "$0";
  if (Math.abs(dollars) < 0.0001) return "<$0.0001";
  return `$${dollars.toFixed(Math.abs(dollars) < 1 ? 4 : 2)}`;
}

/**
 * A moment in UTC: `2025-11-18 08:14:17.123`; `–` where unknown.
 *
 * @param time Milliseconds since the epoch.
 */
export function humanTime(time: number | null | undefined): string {
  const iso = isoTime(time);
  return iso === "" ? "–" : iso.replace("T", " ").slice(0, -1);
}

/** The time of day in UTC: `08:14:17.123`; `–` where unknown. */
export function humanClock(time: number | null | undefined): string {
  const iso = isoTime(time);
  return iso === "" ? "–" : iso.slice(iso.indexOf("T") + 1, -1);
}

/** RFC 3339 in UTC; empty for null, NaN and moments that no calendar holds. */
export function isoTime(time: number | null | undefined): string {
  if (time === null || time === undefined || !(Math.abs(time) <= 8.64e15)) return "";
  return new Date(time).toISOString();
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
