/**
 * A search box that waits until the typing pauses, or, where a search is quick, only between keys
 * that follow closely.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { focusList } from "../state/focus.ts";
import { iconStyle } from "./icon.tsx";

/** How long typing must pause, in milliseconds, before the search starts. */
export const searchDelay_ms = 120;

/** Longest search text, in UTF-16 units. */
export const searchLengthMax = 500;

/** Properties of {@linkcode SearchBox}. */
export interface SearchBoxProps {
  label: string;
  value: string;
  /** Whether the first key after a pause searches at once. Default: false. */
  quick?: boolean;
  onInput(text: string): void;
}

/**
 * Searches while typing; Escape clears, then leaves for the list. The key `/` anywhere in the page
 * comes here.
 */
export function SearchBox({ label, value, quick, onInput }: SearchBoxProps): VNode {
  const [draft, setDraft] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const lastKey = useRef(-Infinity);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (document.activeElement !== input.current || value === "") setDraft(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (text: string, delay_ms: number) => {
    setDraft(text);
    clearTimeout(timer.current);
    if (delay_ms === 0) onInput(text);
    else timer.current = setTimeout(() => onInput(text), delay_ms);
  };
  return (
    <label
      class={draft ? "search icon-before" : "search search-key icon-before"}
      style={iconStyle("search")}
    >
      <input
        ref={input}
        type="text"
        data-search
        placeholder={label}
        aria-label={label}
        spellcheck={false}
        autocomplete="off"
        maxLength={searchLengthMax}
        value={draft}
        onInput={({ currentTarget, timeStamp }) => {
          const isFirst = timeStamp - lastKey.current > searchDelay_ms;
          lastKey.current = timeStamp;
          send(currentTarget.value, quick && isFirst ? 0 : searchDelay_ms);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          if (draft) send("", 0);
          else focusList();
        }}
      />
      {draft && (
        <button
          type="button"
          class="search-clear icon-before"
          style={iconStyle("close", 12)}
          aria-label="Clear the search"
          onClick={() => {
            send("", 0);
            input.current!.focus();
          }}
        />
      )}
    </label>
  );
}
