/**
 * The worker's entry: the log service behind `postMessage`. Built to one classic script, since a
 * module worker made from a Blob does not start on `file://` in Chromium.
 *
 * @module
 */

import kernels from "planloop:kernels";
import { decodeBase64 } from "./base64.ts";
import type { ToWorker } from "./log_protocol.ts";
import { startLogService } from "./log_service.ts";

const worker = globalThis as unknown as {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: unknown, transfer: Transferable[]): void;
};

const take = startLogService(
  (message, transfer) => worker.postMessage(message, transfer ?? []),
  decodeBase64(kernels),
);

worker.onmessage = (event) => take(event.data);
