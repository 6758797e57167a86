/**
 * Search over everything: goes to a trace, an error, a call, a task, a change, or to the log lines
 * that hold the text.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./components/icon.tsx";
import { Text } from "./components/text.tsx";
import { useData } from "./data/context.ts";
import { type Hit, searchEverything } from "./data/search_everything.ts";

/** How long typing must pause before the search starts, in milliseconds. */
const searchDelay_ms = 120;

/** The box in the top bar; Ctrl+K or ⌘K comes here. */
export function QuickSearch(): VNode {
  const source = useData();
  const [text, setText] = useState("");
  const [hits, setHits] = useState<readonly Hit[]>([]);
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!text.trim()) {
      setHits([]);
      return;
    }
    let live = true;
    const timer = setTimeout(async () => {
      const found = await searchEverything(source, text.trim());
      if (!live) return;
      setHits(found);
      setAt(0);
    }, searchDelay_ms);
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [text, source]);
  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    location.hash = hit.href;
    setText("");
    setOpen(false);
    input.current!.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, hits.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") go(hits[at]);
    else if (event.key === "Escape") {
      if (text) setText("");
      else input.current!.blur();
    } else return;
    event.preventDefault();
  };
  const listed = open && text.trim() !== "";
  return (
    <div
      class="quick-search"
      ref={root}
      onFocusOut={(event) => {
        if (!root.current!.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <label class="search">
        <Icon name="search" size={14} />
        <input
          ref={input}
          type="text"
          data-quick-search
          role="combobox"
          aria-label="Search everything"
          aria-expanded={listed}
          aria-controls="quick-hits"
          aria-activedescendant={listed && hits.length > 0 ? `hit-${at}` : undefined}
          placeholder="Search everything"
          autocomplete="off"
          spellcheck={false}
          maxLength={500}
          value={text}
          onFocus={() => setOpen(true)}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
        />
        {!text && <kbd aria-hidden="true">Ctrl K</kbd>}
      </label>
      <div class={listed ? "quick-panel" : "quick-panel closed"}>
        <ul id="quick-hits" role="listbox" aria-label="Found">
          {listed && hits.map((hit, i) => (
            <li
              key={hit.href + i}
              id={`hit-${i}`}
              role="option"
              aria-selected={i === at}
              class="quick-hit"
              onPointerDown={(event) => {
                event.preventDefault();
                go(hit);
              }}
            >
              <Icon name={hit.icon} size={14} />
              <span class="quick-title">
                <Text value={hit.title} max={120} mark={text.trim()} />
              </span>
              <span class="quick-kind">{hit.kind}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
