/**
 * A row's further keys as text. Nearly every line begins them with the id of its session, so that id
 * is kept once, with the dictionaries, and left out of the rows.
 *
 * @module
 */

import { soleSession } from "./sole_session.ts";

/** How the JSON of further keys begins for lines of a session; the id follows as a JSON string. */
function opening(session: string): string {
  return `{"session_id":${JSON.stringify(session)}`;
}

/** Writes further keys: the JSON as it is, or what follows the session's id. */
export class ExtraWriter {
  #session: string | undefined;
  #opening = "";
  /** The last session id that stood alone, and the text of that. */
  #sole: string | undefined;
  #soleText = "";

  /** The id that rows leave out: the first one that a line began its further keys with. */
  get session(): string | null {
    return this.#session ?? null;
  }

  /** The text of a row's further keys. Without `{` at its start, it follows the session's id. */
  write(extra: Record<string, unknown>): string {
    const sole = soleSession(extra);
    if (sole === undefined) return this.#shortened(extra);
    if (sole !== this.#sole) {
      this.#sole = sole;
      this.#soleText = this.#shortened(extra);
    }
    return this.#soleText;
  }

  #shortened(extra: Record<string, unknown>): string {
    let first: string | undefined;
    for (const key in extra) {
      first = key;
      break;
    }
    if (first === undefined) return "{}";
    const json = JSON.stringify(extra);
    const session = extra["session_id"];
    if (first !== "session_id" || typeof session !== "string") return json;
    if (this.#session === undefined) {
      this.#session = session;
      this.#opening = opening(session);
    }
    return session === this.#session ? json.slice(this.#opening.length) : json;
  }
}

/**
 * The further keys of a row's text.
 *
 * @param session The id that rows leave out; null for none.
 * @throws {SyntaxError} If the text is neither JSON nor the rest of it.
 */
export function readExtra(text: string, session: string | null): Record<string, unknown> {
  return JSON.parse(text.startsWith("{") || session === null ? text : opening(session) + text);
}
