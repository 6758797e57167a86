/**
 * Whether the list of keys is open.
 *
 * @module
 */

import { signal } from "@preact/signals";

/** Set by the `?` key, cleared when the list closes. */
export const keysHelpOpen: { value: boolean } = signal(false);
