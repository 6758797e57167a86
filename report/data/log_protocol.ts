/**
 * What the page and the log's worker say to each other.
 *
 * @module
 */

import type { LogColumns } from "../../lib/bundle/data_source.ts";
import type { LogBlock } from "../../lib/bundle/header.ts";
import type { Deflated } from "./decompress.ts";
import type { KernelsName } from "./log_kernels.ts";

/** To the worker. Blocks come before any question that needs them. */
export type ToWorker =
  | { kind: "blocks"; blocks: readonly LogBlock[] }
  | { kind: "columns"; block: number; data: Deflated }
  | { kind: "text"; block: number; data: Deflated }
  | { kind: "rows"; id: number; rows: readonly number[] }
  | { kind: "search"; id: number; text: string }
  | { kind: "ranks"; id: number }
  | { kind: "patterns"; id: number };

/** From the worker. */
export type FromWorker =
  /** The first answer: to the list of blocks. */
  | { kind: "started"; kernels: KernelsName }
  | { kind: "columns"; block: number; columns: LogColumns }
  | { kind: "text"; block: number }
  | { kind: "rows"; id: number; rows: Uint8Array<ArrayBuffer>[] }
  | { kind: "search"; id: number; matches: Uint8Array<ArrayBuffer>; count: number }
  | { kind: "ranks"; id: number; ranks: Uint32Array<ArrayBuffer> }
  | { kind: "patterns"; id: number; texts: string[]; rows: Uint16Array<ArrayBuffer> }
  /** An answer that could not be given. */
  | { kind: "failed"; id: number; reason: string }
  /** A block that could not be read. */
  | { kind: "damaged"; block: number; reason: string };

/** A place that runs the log's engine. */
export interface LogPort {
  send(message: ToWorker, transfer?: Transferable[]): void;
  /** Ends it: what is under way is not answered any more. Absent where nothing is to be ended. */
  close?(): void;
}
