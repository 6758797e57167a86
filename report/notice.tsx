/**
 * What came of a command, said for a while.
 *
 * @module
 */

import type { VNode } from "preact";
import { notice } from "./state/commands.ts";

/** Said to screen readers as well, so it is always there. */
export function Notice(): VNode {
  return <p class="notice" role="status">{notice.value}</p>;
}
