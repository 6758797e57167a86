import type { Problem } from "../../lib/format/mod.ts";
import { createLogReader, type LogRecord } from "../../lib/read/mod.ts";

/** UTF-8 bytes. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Pieces of at most `size` bytes. */
export function chunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** Reads a whole log, in chunks. */
export function readLog(
  data: string | Uint8Array,
  size = 7,
  options: { lineBytesMax?: number } = {},
): { records: LogRecord[]; problems: Problem[] } {
  const bytes = typeof data === "string" ? bytesOf(data) : data;
  const problems: Problem[] = [];
  const reader = createLogReader("log", (problem) => problems.push(problem), options);
  const records = chunksOf(bytes, size).flatMap((chunk) => reader.push(chunk));
  return { records: [...records, ...reader.finish()], problems };
}

/** A valid line, without its newline. */
export function logLine(message: string, second = 0, more: Record<string, unknown> = {}): string {
  const timestamp = new Date(Date.UTC(2025, 10, 18, 8, 0, second)).toISOString();
  const line = { timestamp, level: "INFO", trace_id: "tr_1", operation: "update", message };
  return JSON.stringify({ ...line, context: {}, duration_ms: null, ...more });
}
