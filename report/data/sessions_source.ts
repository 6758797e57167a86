/**
 * Where the sessions of a report of several come from.
 *
 * @module
 */

import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { SessionsHead } from "../../lib/bundle/session_card.ts";

/** Several sessions, of which any can be opened. */
export interface SessionsSource {
  readonly head: SessionsHead;
  /**
   * Opens a session by its card's key; undefined where there is none of that key. The same promise
   * as long as the session is the same; another one once it changed, which is followed by a drawing.
   */
  open(key: string): Promise<DataSource> | undefined;
}
