/**
 * The log codec: blocks of records as columns and text, and back. The report's writer encodes, the
 * report app decodes; `log_block_layout.ts` says how the bytes lie.
 *
 * @example A block and back
 * ```ts
 * import { createLogColumns, decodeColumns, decodeRecord, encodeLogBlock, rowText } from "./log_block.ts";
 * import { DictionaryBuilder } from "./dictionaries.ts";
 *
 * const records = Array.from({ length: 8 }, (_, i) => ({
 *   time: 1763453657585 + i,
 *   level: "INFO" as const,
 *   operation: "update",
 *   trace_id: null,
 *   message: `line ${i}`,
 *   duration_ms: null,
 *   event: null,
 *   context: {},
 *   extra: {},
 *   file: "logs/planloop.jsonl",
 *   line: i + 1,
 * }));
 * const words = new DictionaryBuilder();
 * const block = encodeLogBlock(records, words);
 * const columns = createLogColumns(block.rows);
 * const layout = decodeColumns(block.columns, block.rows, columns, 0);
 * decodeRecord(rowText(block.text, layout, 7), columns, 7, words.finish()); // records[7] again
 * ```
 *
 * @module
 */

export { DictionaryBuilder, dictionarySizeMax, otherWord } from "./dictionaries.ts";
export {
  createLogColumns,
  decodeColumns,
  decodeRecord,
  isOtherWord,
  rowText,
  type TextLayout,
} from "./log_block_decoder.ts";
export { encodeLogBlock, LogBlockBuilder, type LogBlockBytes } from "./log_block_encoder.ts";
export { blockRowsMax, blockTextMax, fieldSeparator } from "./log_block_layout.ts";
