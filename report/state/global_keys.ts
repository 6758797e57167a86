/**
 * Keys that work wherever the focus is: `/` to search the list, Ctrl+K or ⌘K for the palette, `?`
 * for the list of keys, `g` and a letter for a view, the keys of commands, and the list's own.
 *
 * @module
 */

import { useEffect } from "preact/hooks";
import type { DataSource } from "../../lib/bundle/data_source.ts";
import { runCommand } from "./commands.ts";
import { listInView } from "./focus.ts";
import { commandsNow } from "./general_commands.ts";
import { printView, usePrinting } from "./printing.ts";
import { href } from "./route.ts";

/** Keys of a list that scroll what has the focus, unless nothing has. */
const scrollKeys = new Set(["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]);

/** How long `g` waits for its letter, in milliseconds. */
const letterWait_ms = 1500;

/**
 * Listens while the component is on screen.
 *
 * @param views Each view's id and letter; none on the page of all sessions.
 */
export function useGlobalKeys(
  views: readonly { id: string; letter: string }[],
  source: DataSource | null,
): void {
  usePrinting();
  useEffect(() => {
    let gone = -Infinity;
    const onKeyDown = (event: KeyboardEvent) => {
      // A dialog in front of everything has the keys to itself.
      if (event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
      const { key } = event;
      if (event.ctrlKey || event.metaKey) {
        if (key.toLowerCase() === "k") focusOn("[data-quick-search]", event);
        else if (key === "p") {
          // The browser's own way leaves no time to fetch the rows.
          event.preventDefault();
          void printView();
        }
        return;
      }
      if (isTyping(event.target)) return;
      const view = event.timeStamp - gone < letterWait_ms &&
        views.find(({ letter }) => letter === key);
      gone = key === "g" ? event.timeStamp : -Infinity;
      if (view) {
        event.preventDefault();
        document.getElementById("content")?.focus();
        location.hash = href(view.id);
      } else if (key === "/") {
        focusOn("main [data-search]", event) || focusOn("[data-quick-search]", event);
      } else if (key === "j" || key === "k" || (scrollKeys.has(key) && nothingHasFocus())) {
        moveInList(event);
      } else {
        const command = commandsNow(source).find(({ keys }) => keys === key);
        if (!command) return;
        event.preventDefault();
        void runCommand(command);
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [views, source]);
}

/** Hands a key to the view's list; where it has none, `j` and `k` go from link to link. */
function moveInList(event: KeyboardEvent): void {
  const list = listInView();
  if (list) {
    event.preventDefault();
    list.focus({ preventScroll: true });
    list.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, cancelable: true }));
    return;
  }
  if (event.key !== "j" && event.key !== "k") return;
  const stops = [...document.querySelectorAll<HTMLElement>("main :is(a, button, summary)")]
    .filter((stop) => stop.checkVisibility() && !stop.matches(":disabled"));
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const last = stops.length - 1;
  const to = event.key === "j" ? Math.min(at + 1, last) : at < 0 ? last : Math.max(at - 1, 0);
  event.preventDefault();
  stops[to]?.focus();
}

function nothingHasFocus(): boolean {
  const element = document.activeElement;
  return element === document.body || (element?.id === "content" && listInView() !== null);
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
  return target instanceof HTMLElement &&
    target.closest("input:not([type=checkbox]), textarea, select") !== null;
}
