/**
 * A source's log as rows, whether or not the source has them.
 *
 * @module
 */

import { type LogRow, rowOfRecord } from "../read/log_row.ts";
import type { BundleSource } from "./bundle_source.ts";

/** The log in time order, in batches of rows. */
export function logRowsOf(source: BundleSource): AsyncIterable<readonly LogRow[]> {
  return source.logRows ? source.logRows() : rowsOf(source);
}

async function* rowsOf(source: BundleSource): AsyncGenerator<readonly LogRow[]> {
  for await (const batch of source.log()) yield batch.map(rowOfRecord);
}
