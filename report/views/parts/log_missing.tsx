/**
 * A log that ends early, as files of the report are missing.
 *
 * @module
 */

import type { VNode } from "preact";
import { useData, useLogArrival, useLogsLoaded } from "../../data/context.ts";

/** Says which lines are not shown, and why; nothing where they are there or on their way. */
export function LogMissing(): VNode | null {
  const { logs } = useData();
  const loaded = useLogsLoaded();
  const { missing } = useLogArrival();
  return missing && loaded < logs.rows ? <p class="tone-error" role="alert">{missing}</p> : null;
}
