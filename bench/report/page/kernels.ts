/**
 * What the report's page does on its main thread with the log's columns, and what the browser's own
 * inflate takes: measured in the page, with the page's own data.
 *
 * @module
 */

import { decodeWide } from "../../../lib/bundle/wide_text.ts";
import { createLogColumns } from "../../../lib/bundle/log_block.ts";
import type { LogColumns } from "../../../lib/bundle/data_source.ts";
import { filterRows } from "../../../report/kernels/filter.ts";
import { sortByColumn } from "../../../report/kernels/sort.ts";
import { answers, columns as blocks } from "./probe.ts";

/** How often each is run; the least counts: what disturbs a run only ever adds to it. */
const rounds = 9;

/** Milliseconds. */
export interface KernelTimes {
  /** Filter by level and operation, to row numbers. */
  filter: number;
  /** Order of all rows by their duration. */
  sort: number;
  /** Order of all rows by the ranks of their messages, which the worker gave; NaN without them. */
  ranked: number;
}

/** Measures filter and sort as the Logs view calls them. */
export function kernels(): KernelTimes {
  const columns = wholeColumns();
  const rows = columns.level.length;
  const all = filterRows(columns, rows, {});
  const level = Uint8Array.of(0, 0, 1, 1, 1);
  const operation = Uint8Array.of(0, 1, 0, 1, 1);
  const { ranks } = answers;
  return {
    filter: least(() => filterRows(columns, rows, { level, operation })),
    sort: least(() => sortByColumn(all, columns.duration, true)),
    ranked: ranks ? least(() => sortByColumn(all, ranks, false)) : NaN,
  };
}

/** All blocks' columns as one, as the page keeps them. */
function wholeColumns(): LogColumns {
  const whole = createLogColumns(blocks.reduce((sum, { level }) => sum + level.length, 0));
  let at = 0;
  for (const block of blocks) {
    for (const name of Object.keys(whole) as (keyof LogColumns)[]) whole[name].set(block[name], at);
    at += block.level.length;
  }
  return whole;
}

function least(run: () => Uint32Array): number {
  const times: number[] = [];
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    rows += run().length;
    times.push(performance.now() - start);
  }
  if (rows === 0) throw new Error("A kernel gave no rows: there is nothing to measure");
  return Math.min(...times);
}

/**
 * Inflates the log that stands in the page's elements with the browser's own DecompressionStream,
 * all blocks at once, and gives the milliseconds. The text is decoded before that.
 */
export async function inflateLog(): Promise<number> {
  const payloads: Blob[] = [];
  let parts: Uint8Array<ArrayBuffer>[] = [];
  for (const { dataset, textContent } of document.querySelectorAll<HTMLElement>("[data-kind]")) {
    const { kind, part = "0", parts: count = "1" } = dataset;
    if (kind !== "columns" && kind !== "text") continue;
    parts.push(decodeWide(textContent!));
    if (Number(part) + 1 < Number(count)) continue;
    payloads.push(new Blob(parts));
    parts = [];
  }
  const start = performance.now();
  const inflated = await Promise.all(payloads.map((payload) => {
    const stream = payload.stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).arrayBuffer();
  }));
  const time = performance.now() - start;
  if (inflated.every(({ byteLength }) => byteLength === 0)) throw new Error("Nothing was inflated");
  return time;
}
