/**
 * Lines of a session's logs as JSON lines, for copying.
 *
 * @module
 */

import type { LogRow } from "../read/mod.ts";
import type { StoredSession } from "../store/mod.ts";
import { logRowJson } from "./log_json.ts";
import { queryLogRows } from "./log_query.ts";
import type { RecordQuery } from "./record_filter.ts";

const encoder = new TextEncoder();

/**
 * A session's logs as JSON lines in UTF-8, in pieces of whole lines. What is as planloop writes it is
 * given byte by byte as it was recorded; other lines are brought into the same form.
 */
export async function* logBytes(
  session: StoredSession,
  query: RecordQuery = {},
): AsyncGenerator<Uint8Array> {
  for await (const rows of queryLogRows(session, query)) yield* rowBytes(rows, session.id);
}

/** Rows as JSON lines. Neighbours in a file stay one piece, which is not copied. */
export function* rowBytes(rows: Iterable<LogRow>, session: string): Generator<Uint8Array> {
  let bytes: Uint8Array | undefined;
  let start = 0;
  let end = 0;
  let other = "";
  for (const row of rows) {
    const { text } = row;
    if (text && text.bytes === bytes && text.start === end) {
      end = text.end + 1;
      continue;
    }
    if (bytes) yield bytes.subarray(start, end);
    bytes = undefined;
    if (text) {
      if (other !== "") yield encoder.encode(other);
      other = "";
      ({ bytes, start } = text);
      end = text.end + 1;
    } else {
      other += `${JSON.stringify(logRowJson(row, session))}\n`;
    }
  }
  if (bytes) yield bytes.subarray(start, end);
  if (other !== "") yield encoder.encode(other);
}
