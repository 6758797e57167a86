/**
 * Addresses inside a report: `#/<view>[/<key>][?param=value]`.
 *
 * @module
 */

/** Parameters to set; null or an empty string removes one. */
export type RouteParams = Readonly<Record<string, string | null>>;

/** The address of a view, of a record in it, with parameters; what the app's `parseRoute` reads. */
export function address(view: string, key?: string | null, params?: RouteParams): string {
  const query = new URLSearchParams();
  for (const name of Object.keys(params ?? {}).sort()) {
    const value = params![name];
    if (value) query.set(name, value);
  }
  const search = query.toString();
  const path = `#/${encodeURIComponent(view)}${key ? `/${encodeURIComponent(key)}` : ""}`;
  return search ? `${path}?${search}` : path;
}

/** An address inside a session, in a report of several; the session's key is as on its card. */
export function inSession(session: string | null, inside: string): string {
  return session === null ? inside : `#/@${encodeURIComponent(session)}${inside.slice(1)}`;
}
