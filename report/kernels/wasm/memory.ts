/**
 * The memory that the kernels work on is given to them: `../wasm_kernels.ts` says what lies where.
 *
 * @module
 */

/** The first byte that the kernels have no use for themselves. */
export function freeFrom(): usize {
  return __heap_base;
}
