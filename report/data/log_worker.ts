/**
 * The worker's entry: the log service behind `postMessage`. Built to one classic script, since a
 * module worker made from a Blob does not start on `file://` in Chromium.
 *
 * @module
 */

import code from "planloop:kernels";
import type { LogBlock } from "../../lib/bundle/header.ts";
import { WasmKernels } from "../kernels/wasm_kernels.ts";
import { decodeBase64 } from "./base64.ts";
import type { ToWorker } from "./log_protocol.ts";
import { startLogService } from "./log_service.ts";

const worker = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
};

const startWasm = (blocks: readonly LogBlock[]) =>
  WasmKernels.start(decodeBase64(code), {
    texts: blocks.map(({ text_bytes }) => text_bytes),
    other: blocks.reduce((most, { column_bytes }) => Math.max(most, column_bytes), 0),
  });

const take = startLogService(
  (message, transfer) => worker.postMessage(message, transfer ?? []),
  startWasm,
);

worker.onmessage = (event) => take(event.data);
