/**
 * Answers the page's messages with a {@linkcode LogEngine}, one after the other, in order.
 *
 * @module
 */

import type { LogBlock } from "../../lib/bundle/header.ts";
import type { WasmKernels } from "../kernels/wasm_kernels.ts";
import { LogEngine } from "./log_engine.ts";
import { LogKernels } from "./log_kernels.ts";
import type { FromWorker, ToWorker } from "./log_protocol.ts";

/** Sends an answer; `transfer` lists the buffers to hand over instead of copying. */
export type Answer = (message: FromWorker, transfer?: ArrayBuffer[]) => void;

/**
 * Starts a service. The function that is returned takes the page's messages.
 *
 * @param startWasm Starts the kernels in WebAssembly, where they can be. Default: they cannot.
 */
export function startLogService(
  answer: Answer,
  startWasm: (blocks: readonly LogBlock[]) => WasmKernels | null = () => null,
): (message: ToWorker) => void {
  let kernels = new LogKernels();
  let engine = new LogEngine([]);
  let last: Promise<void> = Promise.resolve();
  let blocks = 0;
  let texts = 0;

  /** Between two messages, block by block. */
  const prepareFrom = (block: number): void => {
    if (block >= blocks) return;
    engine.prepare(block);
    setTimeout(prepareFrom, 0, block + 1);
  };

  const handle = async (message: ToWorker): Promise<void> => {
    switch (message.kind) {
      case "blocks":
        kernels = new LogKernels(startWasm(message.blocks));
        engine = new LogEngine(message.blocks, kernels);
        blocks = message.blocks.length;
        answer({ kind: "started", kernels: kernels.name });
        return;
      case "columns": {
        const columns = engine.addColumns(
          message.block,
          await kernels.inflateColumns(message.data),
        );
        const buffers = Object.values(columns).map((column) => column.buffer as ArrayBuffer);
        answer({ kind: "columns", block: message.block, columns }, buffers);
        return;
      }
      case "text":
        engine.addText(message.block, await kernels.inflateText(message.block, message.data));
        answer({ kind: "text", block: message.block });
        // The log is ready: what a first search would take is done while nobody asks.
        if (++texts === blocks) setTimeout(prepareFrom, 0, 0);
        return;
      case "rows": {
        const rows = engine.rows(message.rows);
        answer({ kind: "rows", id: message.id, rows }, rows.map((row) => row.buffer));
        return;
      }
      case "search": {
        const found = engine.search(message.text);
        answer({ kind: "search", id: message.id, ...found }, [found.matches.buffer]);
        return;
      }
      case "ranks": {
        const ranks = engine.messageRanks();
        answer({ kind: "ranks", id: message.id, ranks }, [ranks.buffer]);
        return;
      }
      case "patterns": {
        const patterns = engine.patterns();
        answer({ kind: "patterns", id: message.id, ...patterns }, [patterns.rows.buffer]);
      }
    }
  };

  return (message) => {
    last = last.then(() => handle(message)).catch((error) => {
      const reason = error instanceof Error ? error.message : String(error);
      if ("id" in message) answer({ kind: "failed", id: message.id, reason });
      else if ("block" in message) answer({ kind: "damaged", block: message.block, reason });
    });
  };
}
