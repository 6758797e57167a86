/**
 * Patterns of lines without a message.
 *
 * @module
 */

import type { LogColumns, LogPatterns } from "../../lib/bundle/data_source.ts";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import { patternOfNothing } from "../kernels/patterns.ts";

/** The patterns with lines that have an event but no message under the event's name. */
export function withEventPatterns(
  patterns: LogPatterns,
  columns: LogColumns,
  words: LogDictionaries,
): LogPatterns {
  const nothing = patterns.texts.lastIndexOf(patternOfNothing);
  if (nothing < 0) return patterns;
  const texts = [...patterns.texts];
  const rows = patterns.rows.slice();
  const numbers = new Map<number, number>();
  for (let row = 0; row < rows.length; row++) {
    const event = columns.event[row]!;
    if (rows[row] !== nothing || event === 0) continue;
    let number = numbers.get(event);
    if (number === undefined) {
      const name = words.events[event] ?? "";
      const known = texts.lastIndexOf(name);
      number = known >= 0 ? known : texts.push(name) - 1;
      numbers.set(event, number);
    }
    rows[row] = number;
  }
  return { texts, rows };
}
