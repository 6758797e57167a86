import type { ProblemKind } from "../../../lib/format/mod.ts";

/** Every kind of problem; the compiler refuses a list with one missing. */
const kinds: Record<ProblemKind, true> = {
  missing: true,
  unreadable: true,
  not_utf8: true,
  not_json: true,
  torn: true,
  too_long: true,
  wrong_shape: true,
  inconsistent: true,
  unsafe: true,
  assumed: true,
};

/** Every kind of problem. */
export const problemKinds: ReadonlySet<string> = new Set(Object.keys(kinds));
