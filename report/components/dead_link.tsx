/**
 * Says that an address names something that the report does not have.
 *
 * @module
 */

import type { VNode } from "preact";
import { openKey } from "../state/route.ts";
import { Icon } from "./icon.tsx";
import { Text } from "./text.tsx";

/** Longest name that is repeated, in UTF-16 units. */
const nameLengthMax = 80;

/** A quiet line over the list, which stays as it is. */
export function DeadLink(
  { noun, name, place = "this report", onDismiss = () => openKey(null, { replace: true }) }: {
    /** What was looked for: `LLM call`. */
    noun: string;
    /** The name or number in the address. */
    name: string;
    /** Where it is missing. */
    place?: string;
    /** Takes the name out of the address. */
    onDismiss?(): void;
  },
): VNode {
  return (
    <p class="dead-link" role="status">
      <Icon name="info" size={14} />
      <span>
        No {noun} “<Text value={name} max={nameLengthMax} />” in {place}.
      </span>
      <button
        type="button"
        class="icon-button"
        title="Dismiss"
        aria-label="Dismiss this notice"
        onClick={onDismiss}
      >
        <Icon name="close" size={12} />
      </button>
    </p>
  );
}
