/**
 * The address of what is on screen: `#/<view>[/<key>][?param=value]`, in a report of several
 * sessions `#/@<session>/<view>…`. Filters, sorting and search live in the parameters, so a copied
 * link shows the same rows and the back button works. The time window, `since` and `until`, goes
 * along into every other address of the session.
 *
 * @module
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { address, inSession, type RouteParams } from "../../lib/bundle/address.ts";

export type { RouteParams } from "../../lib/bundle/address.ts";

/** An address inside the report. */
export interface Route {
  /** The session's key in a report of several; null in a report of one, and on its home page. */
  readonly session: string | null;
  /** The view's id, such as `logs`. */
  readonly view: string;
  /** The open record's key, or null where none is open. */
  readonly key: string | null;
  /** Filters, sorting, search, column choice. Never empty strings. */
  readonly params: Readonly<Record<string, string>>;
}

/** The view of an empty address. */
export const defaultView = "overview";

/** Longest address that is read; a longer one is taken as the default view. */
export const addressLengthMax = 8192;

const current = signal<Route>({ session: null, view: defaultView, key: null, params: {} });

/** What the address says now. */
export const route: ReadonlySignal<Route> = computed(() => current.value);

/**
 * Reads an address.
 *
 * @example
 * ```ts
 * parseRoute("#/logs/12?level=ERROR"); // { session: null, view: "logs", key: "12", params: { level: "ERROR" } }
 * ```
 */
export function parseRoute(hash: string): Route {
  const text = hash.length > addressLengthMax ? "" : hash.replace(/^#?\/?/, "");
  const mark = text.indexOf("?");
  const whole = mark < 0 ? text : text.slice(0, mark);
  const [, session, path] = /^@([^/]*)\/?(.*)$/s.exec(whole) ?? ["", null, whole];
  const slash = path!.indexOf("/");
  const view = decode(slash < 0 ? path! : path!.slice(0, slash));
  const key = slash < 0 ? "" : decode(path!.slice(slash + 1));
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1))) {
    if (value !== "") params[name] = value;
  }
  return {
    session: session ? decode(session) : null,
    view: view || defaultView,
    key: key || null,
    params,
  };
}

const windowText = computed(() => {
  const { since = "", until = "" } = current.value.params;
  return JSON.stringify({ since, until });
});

/** The parameters that set the time window; empty texts where they are not set. */
export const windowParams: ReadonlySignal<{ since: string; until: string }> = computed(() =>
  JSON.parse(windowText.value)
);

/**
 * The address of a view, of a record in it, with parameters; in the session that is open, with its
 * time window unless the parameters say otherwise. Subscribes the caller to the window.
 */
export function href(view: string, key?: string | null, params?: RouteParams): string {
  const all = { ...windowParams.value, ...params };
  return inSession(current.peek().session, address(view, key, all));
}

/** An address inside a session as one inside the session that is open, with its time window. */
export function hrefOf(inside: string): string {
  const { view, key, params } = parseRoute(inside);
  return href(view, key, params);
}

/** The report's first page: of all sessions where there are several, else the overview. */
export const homeAddress = "#/";

/** Goes to an address, as a new step of the browser's history. */
export function navigate(view: string, key?: string | null, params?: RouteParams): void {
  go(href(view, key, params), false);
}

/** Opens a session of several, as a new step of the browser's history. */
export function openSession(key: string): void {
  go(inSession(key, homeAddress), false);
}

/**
 * Opens a record of the current view, or closes it with null; filters stay as they are. `replace`
 * keeps the history's step, for moving through a list with an open drawer.
 */
export function openKey(key: string | null, options: { replace?: boolean } = {}): void {
  const { view, params } = current.value;
  go(href(view, key, params), options.replace ?? false);
}

/** The address of a record of the current view, with the filters that are set. */
export function hrefKey(key: string | null): string {
  const { view, params } = route.value;
  return href(view, key, params);
}

/**
 * Changes some parameters of the current address. By default the history's step is replaced, so
 * that typing a search does not fill the back button's list.
 */
export function setParams(changes: RouteParams, options: { push?: boolean } = {}): void {
  const { view, key, params } = current.value;
  go(href(view, key, { ...params, ...changes }), !options.push);
}

/** A parameter of the current address; empty where it is not set. Subscribes the caller. */
export function param(name: string): string {
  return route.value.params[name] ?? "";
}

/** Follows the browser's address from now on. Returns the way to stop. */
export function startRouting(target: Window = globalThis.window): () => void {
  const read = () => {
    current.value = parseRoute(target.location.hash);
  };
  target.addEventListener("hashchange", read);
  target.addEventListener("popstate", read);
  read();
  return () => {
    target.removeEventListener("hashchange", read);
    target.removeEventListener("popstate", read);
  };
}

function go(address: string, replace: boolean): void {
  const next = parseRoute(address);
  const { history, location } = globalThis;
  if (location && history && address !== location.hash) {
    if (replace) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  }
  current.value = next;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
