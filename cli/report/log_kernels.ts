/**
 * WebAssembly that reads a log, where there is any.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/**
 * Loads what the build made of `wasm/`. TypeScript does the same, only slower.
 *
 * @returns Undefined where it was not built, or WebAssembly or its SIMD is missing.
 */
export async function loadLogKernels(): Promise<WebAssembly.Module | undefined> {
  try {
    // @ts-ignore: the build makes this file, and what needs no report is checked without it
    const { logKernels } = await import("../../templates/generated/log_kernels.ts");
    return new WebAssembly.Module(Buffer.from(logKernels, "base64"));
  } catch {
    return undefined;
  }
}
