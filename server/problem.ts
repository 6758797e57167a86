/**
 * What the server says where it cannot give what was asked for: problem details (RFC 9457).
 *
 * @module
 */

/** Statuses of answers that are problems. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 410 | 413 | 414 | 431 | 500 | 503;

const titles: Readonly<Record<ProblemStatus, string>> = {
  400: "Bad request",
  401: "Token needed",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  410: "Gone",
  413: "Content too large",
  414: "Address too long",
  431: "Headers too large",
  500: "Fault in planloop",
  503: "Too many streams",
};

/** A problem as JSON. */
export interface ProblemDetails {
  /** A few words for the status. */
  title: string;
  status: ProblemStatus;
  /** What was asked, what was expected, what to do next. */
  detail: string;
  /** What comes near to an id or a name that is unknown; absent where nothing does. */
  nearest?: string[];
}

/** A request that cannot be answered. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: ProblemStatus;
  readonly nearest: readonly string[];

  /** @param detail A sentence: what was asked, what was expected, what to do next. */
  constructor(status: ProblemStatus, detail: string, nearest: readonly string[] = []) {
    super(detail);
    this.status = status;
    this.nearest = nearest;
  }
}

/** A problem as an answer. */
export function problemResponse(
  status: ProblemStatus,
  detail: string,
  nearest: readonly string[] = [],
): Response {
  const body: ProblemDetails = {
    title: titles[status],
    status,
    detail,
    ...(nearest.length > 0 && { nearest: [...nearest] }),
  };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
    },
  });
}
