/**
 * Measurements, packed so that a row is four numbers.
 *
 * @module
 */

import { type Metric, parseTime } from "../format/mod.ts";
import { JsonList } from "./json_text.ts";
import type { TimeRange } from "./time_range.ts";

/** Writes the metric section as the measurements come. */
export class MetricPass {
  readonly #rows = new JsonList(`{"rows":[`);
  readonly #names = new Map<string, number>();
  /** By their JSON. */
  readonly #tags = new Map<string, number>();
  readonly #times: TimeRange;

  constructor(times: TimeRange) {
    this.#times = times;
  }

  get count(): number {
    return this.#rows.length;
  }

  add(metric: Metric): void {
    const time = parseTime(metric.timestamp) ?? null;
    this.#times.add(time);
    const tags = metric.trace_id === undefined
      ? metric.tags
      : { ...metric.tags, trace_id: metric.trace_id };
    const name = numberFor(this.#names, metric.metric);
    this.#rows.push([time, name, metric.value, numberFor(this.#tags, JSON.stringify(tags))]);
  }

  /** The section's JSON as UTF-8, in pieces. */
  finish(): Uint8Array[] {
    const names = JSON.stringify([...this.#names.keys()]);
    return this.#rows.finish(`],"names":${names},"tags":[${[...this.#tags.keys()].join(",")}]}`);
  }
}

function numberFor(numbers: Map<string, number>, word: string): number {
  let number = numbers.get(word);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(word, number);
  }
  return number;
}
