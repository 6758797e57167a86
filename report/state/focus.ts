/**
 * Where the focus goes, so that the keys never end up nowhere.
 *
 * @module
 */

import { useEffect } from "preact/hooks";

/** The list of the view: what the list's keys move. */
const lists = "main [role=grid], main [role=treegrid]";

/** The list that the focus is in, else the view's first one; null where it has none. */
export function listInView(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(lists) ??
    document.querySelector<HTMLElement>(lists);
}

/** Moves the focus to the view's list, or to the view where it has none. */
export function focusList(): void {
  (listInView() ?? document.getElementById("content"))?.focus({ preventScroll: true });
}

/** Moves the focus into the open record's details, where there are some. */
export function focusDetails(): void {
  document.querySelector<HTMLElement>(".drawer-body")?.focus();
}

/** Where what had the focus goes away, as with a closed drawer, the view's list has it next. */
export function useKeptFocus(): void {
  useEffect(() => {
    let last: EventTarget | null = null;
    const onFocusIn = (event: FocusEvent) => last = event.target;
    const onFocusOut = ({ target }: FocusEvent) =>
      // A click beside everything takes the focus on purpose.
      queueMicrotask(() => (target as Node).isConnected && last === target && (last = null));
    const observer = new MutationObserver(() => {
      if (!last || (last as Node).isConnected) return;
      last = null;
      if (document.activeElement === document.body) focusList();
    });
    document.addEventListener("focusin", onFocusIn);
    document.addEventListener("focusout", onFocusOut);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", onFocusIn);
      document.removeEventListener("focusout", onFocusOut);
      observer.disconnect();
    };
  }, []);
}
