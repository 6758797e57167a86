/**
 * What the header says of all traces, gathered while their rows go by.
 *
 * @module
 */

import type { SlowestTrace } from "./header.ts";
import type { TraceRow } from "./sections.ts";

/** Sums up rows of traces. */
export class TraceTotals {
  count = 0;
  failed = 0;
  open = 0;
  /** The one that took longest, the first of equals; null where none ended. */
  slowest: SlowestTrace | null = null;

  /** The rows as they are, each added when it is asked for. */
  *adding(rows: Iterable<TraceRow>): Generator<TraceRow, void, void> {
    for (const row of rows) {
      this.add(row);
      yield row;
    }
  }

  add({ trace_id, operation, duration_ms, failed, status }: TraceRow): void {
    this.count++;
    if (failed) this.failed++;
    if (status === "running") this.open++;
    if (duration_ms !== null && duration_ms > (this.slowest?.duration_ms ?? -1)) {
      this.slowest = { trace_id, operation, duration_ms };
    }
  }
}
