/**
 * `logs/performance.jsonl` to measurements.
 *
 * @module
 */

import { type Metric, parseTime, type ProblemSink } from "../format/mod.ts";
import { numberFrom } from "./fields.ts";
import {
  type JsonLineOptions,
  JsonLineReader,
  type LineMapper,
  type LinePlace,
} from "./json_lines.ts";
import { isObject, type JsonObject, withFurtherKeys } from "./json_value.ts";
import { describeValue } from "./preview.ts";

/**
 * Reads measurements from chunks of bytes. A line without a number is left out, with a problem.
 *
 * @param file The file's name for problems, relative to the session folder.
 */
export function createMetricReader(
  file: string,
  problem: ProblemSink,
  options: JsonLineOptions = {},
): JsonLineReader<Metric> {
  return new JsonLineReader(file, metricMapper, problem, options);
}

/** A measurement with its place in the file. */
export interface MetricRow {
  /** The line, from 1. */
  line: number;
  metric: Metric;
}

/** Reads measurements as {@linkcode createMetricReader} does, each with its line. */
export function createMetricRowReader(
  file: string,
  problem: ProblemSink,
  options: JsonLineOptions = {},
): JsonLineReader<MetricRow> {
  return new JsonLineReader(file, metricRowMapper, problem, options);
}

const metricRowMapper: LineMapper<MetricRow> = {
  object(value: JsonObject, place: LinePlace): MetricRow | null {
    const metric = metricMapper.object(value, place);
    return metric && { line: place.line, metric };
  },
};

const metricMapper: LineMapper<Metric> = {
  object(value: JsonObject, place: LinePlace): Metric | null {
    const { timestamp, metric, tags, trace_id } = value;
    const number = numberFrom(value["value"]);
    if (number === undefined || typeof metric !== "string") {
      const wrong = typeof metric === "string" ? "value" : "metric";
      const found = describeValue(value[wrong]);
      const expected = wrong === "value" ? "a number" : "text";
      place.lose("wrong_shape", `${wrong} is ${found}, expected ${expected}: left out`);
      return null;
    }
    const read: Metric = {
      timestamp: typeof timestamp === "string" ? timestamp : String(timestamp ?? ""),
      metric,
      value: number,
      tags: isObject(tags) ? tags : {},
    };
    if (typeof trace_id === "string") read.trace_id = trace_id;
    if (parseTime(timestamp) === undefined) {
      place.doubt("wrong_shape", `timestamp is ${describeValue(timestamp)}, expected a time`);
    } else if (tags !== undefined && tags !== null && !isObject(tags)) {
      place.doubt("wrong_shape", `tags is ${describeValue(tags)}, expected an object: left out`);
    }
    return withFurtherKeys(read, value);
  },
};
