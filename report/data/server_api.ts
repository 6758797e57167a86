/**
 * Asking the server that the page came from.
 *
 * @module
 */

/** The server's refusal, in its own words. */
export class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/**
 * Asks the server.
 *
 * @param known The tag of the answer that is there already. Default: none is.
 * @returns The answer; null where the one that is there is still right.
 * @throws {RefusedError} If it refuses.
 * @throws {Error} If it does not answer.
 */
export async function ask(path: string, known = ""): Promise<Response | null> {
  const response = await fetch(path, {
    // Payloads are large and soon old: not for the browser's own store.
    cache: "no-store",
    credentials: "same-origin",
    headers: known ? { "if-none-match": known } : {},
  }).catch((cause) => {
    throw new Error(noAnswer, { cause });
  });
  if (response.status === 304) return null;
  if (response.ok) return response;
  const problem = await response.json().catch(() => null) as { detail?: unknown } | null;
  throw new RefusedError(
    response.status,
    typeof problem?.detail === "string"
      ? problem.detail
      : `The server answered with status ${response.status}.`,
  );
}

/** Said where the server does not answer. */
export const noAnswer = "The server does not answer. Is planloop web still running?";
