/**
 * Keys that work wherever the focus is: `/` to search the list, Ctrl+K or ⌘K to search everything,
 * `?` for the list of keys, and the list's own keys while nothing has the focus.
 *
 * @module
 */

import { keysHelpOpen } from "./keys_help.ts";
import { useEffect } from "preact/hooks";

const listKeys = new Set(["j", "k", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]);

/** Listens while the component is on screen. */
export function useGlobalKeys(): void {
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    focusOn("[data-quick-search]", event);
  } else if (event.ctrlKey || event.metaKey || isTyping(event.target)) {
    return;
  } else if (event.key === "/") {
    focusOn("main [data-search]", event) || focusOn("[data-quick-search]", event);
  } else if (event.key === "?") {
    event.preventDefault();
    keysHelpOpen.value = true;
  } else if (listKeys.has(event.key) && document.activeElement === document.body) {
    const grid = document.querySelector<HTMLElement>("main [role=grid]");
    if (!grid) return;
    event.preventDefault();
    grid.focus({ preventScroll: true });
    grid.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, cancelable: true }));
  }
}

function focusOn(selector: string, event: KeyboardEvent): boolean {
  const element = document.querySelector<HTMLInputElement>(selector);
  if (!element) return false;
  event.preventDefault();
  element.focus();
  element.select();
  return true;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select") !== null;
}
