/**
 * The entry of what runs in measured pages.
 *
 * @module
 */

export { asked, count, elements, go, parsed, seen, start, type } from "./probe.ts";
export { inflateLog, kernels } from "./kernels.ts";
