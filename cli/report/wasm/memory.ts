/**
 * The memory that the kernels work on is given to them by those who start them.
 *
 * @module
 */

/** The first byte that the kernels have no use for themselves. */
export function freeFrom(): usize {
  return __heap_base;
}
