/**
 * The worker's script: the log service behind `postMessage`, and what the page needs of the same
 * code. The build bundles it as one function, which the page calls for its parts and whose text
 * starts the worker, so that a report holds this code once. It is a classic script, since a module
 * worker made from a Blob does not start on `file://` in Chromium.
 *
 * @module
 */

import code from "planloop:kernels";
import type { LogBlock } from "../../lib/bundle/header.ts";
import { WasmKernels } from "../kernels/wasm_kernels.ts";
import { decodeBase64 } from "./base64.ts";
import type { ToWorker } from "./log_protocol.ts";
import { startLogService } from "./log_service.ts";

// Whoever in the page imports one of these modules gets this script's copy of it.
export { createLogColumns, decodeRecord, fieldSeparator } from "../../lib/bundle/log_block.ts";
export {
  escapeCharacter,
  plainJson,
  plainLine,
  plainText,
  sequencePattern,
} from "../kernels/ansi.ts";
export { foldText } from "../kernels/fold.ts";
export { patternGap, patternOfNothing, patternsMax, PatternTable } from "../kernels/patterns.ts";
export { decodeBase64, joinBytes } from "./base64.ts";
export { inflate, inflateNow } from "./decompress.ts";
export { blockOf, firstRowsOf, LogEngine } from "./log_engine.ts";
export { startLogService } from "./log_service.ts";

/** Takes the page's messages from now on. */
export function startLogWorker(): void {
  const worker = globalThis as unknown as {
    onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
    postMessage(message: unknown, transfer: Transferable[]): void;
  };
  const take = startLogService(
    (message, transfer) => worker.postMessage(message, transfer ?? []),
    startWasm,
  );
  worker.onmessage = (event) => take(event.data);
}

function startWasm(blocks: readonly LogBlock[]): WasmKernels | null {
  return WasmKernels.start(decodeBase64(code), {
    texts: blocks.map(({ text_bytes }) => text_bytes),
    other: blocks.reduce((most, { column_bytes }) => Math.max(most, column_bytes), 0),
    rows: blocks.reduce((sum, { rows }) => sum + rows, 0),
  });
}
