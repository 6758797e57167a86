/**
 * The palette: goes to a view, to any record by its name or id, or does something.
 *
 * @module
 */

import type { VNode } from "preact";
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { DataSource } from "../lib/bundle/data_source.ts";
import { inSession } from "../lib/bundle/address.ts";
import { Icon, iconStyle } from "./components/icon.tsx";
import { Text } from "./components/text.tsx";
import { SessionCards, useDataIfAny } from "./data/context.ts";
import { matchScore } from "./data/match_score.ts";
import { type Hit, searchEverything } from "./data/search_everything.ts";
import { type Command, runCommand } from "./state/commands.ts";
import { focusList } from "./state/focus.ts";
import { commandsNow } from "./state/general_commands.ts";
import { homeAddress, href, route } from "./state/route.ts";
import { viewTable } from "./view_table.tsx";

/** How long typing must pause before records are searched, in milliseconds. */
const searchDelay_ms = 120;

/** Most sessions that are listed. */
const sessionsMax = 8;

/** An entry of the list: somewhere to go, or something to do. */
interface Entry extends Omit<Hit, "href"> {
  href?: string;
  command?: Command;
  keys?: string | undefined;
}

/** What the list knows of by itself, at once; records have to be searched. */
function useEntries(): { source: DataSource | null; entries(text: string): Entry[] } {
  const source = useDataIfAny();
  const cards = useContext(SessionCards);
  const all = (): Entry[] => {
    const views = source ? viewTable : [];
    const commands = commandsNow(source);
    const { session } = route.value;
    return [
      ...views.map(({ id, title, icon, letter }) => ({
        icon,
        kind: "View",
        title,
        href: href(id),
        keys: `g ${letter}`,
        score: 3,
      })),
      ...commands.map((command) => ({ ...command, command, kind: "Command", score: 2 })),
      ...(session === null
        ? []
        : [{ icon: "back", title: "All sessions", kind: "View", href: homeAddress, score: 1 }]),
      ...cards.filter(({ key }) => key !== session).map(({ key, title }) => ({
        icon: "overview",
        kind: "Session",
        title: title.includes(key) ? title : `${title} ${key}`,
        href: inSession(key, homeAddress),
        score: 0,
      })),
    ] as Entry[];
  };
  return {
    source,
    entries(text) {
      const wanted = text.trim().toLowerCase();
      let sessions = 0;
      return all().flatMap((entry) => {
        const score = wanted ? matchScore(entry.title.toLowerCase(), wanted) : 1;
        return score > 0 ? [{ ...entry, score: wanted ? score + entry.score : entry.score }] : [];
      }).sort((a, b) => b.score - a.score)
        .filter(({ kind }) => kind !== "Session" || ++sessions <= sessionsMax);
    },
  };
}

/** The box in the top bar; Ctrl+K or ⌘K comes here. */
export function QuickSearch(): VNode {
  const { source, entries } = useEntries();
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ text: string; hits: readonly Hit[] }>({
    text: "",
    hits: [],
  });
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const cameFrom = useRef<Element | null>(null);
  const wanted = text.trim();
  useEffect(() => {
    if (!source || !wanted) return;
    let live = true;
    const timer = setTimeout(async () => {
      const hits = await searchEverything(source, wanted);
      if (live) setFound({ text: wanted, hits });
    }, searchDelay_ms);
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [wanted, source]);
  // The last hits stay until the next are there, so that the list does not flicker.
  const listOf = (hits: readonly Hit[]): Entry[] =>
    wanted ? [...entries(text), ...hits].sort((a, b) => b.score - a.score) : entries("");
  const shown = open ? listOf(found.hits) : [];
  const chosen = Math.min(at, shown.length - 1);
  useLayoutEffect(() => {
    list.current!.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen, open]);

  const leave = () => {
    setText("");
    setAt(0);
    setFound({ text: "", hits: [] });
    setOpen(false);
    const back = cameFrom.current;
    if (back instanceof HTMLElement && back.isConnected && back !== document.body) back.focus();
    else focusList();
  };
  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    leave();
    if (entry.command) void runCommand(entry.command);
    else {
      document.getElementById("content")?.focus();
      location.hash = entry.href!;
    }
  };
  const enter = async () => {
    // Typed in one go, nothing was searched yet: what is chosen is the best of all, not of the last.
    if (at > 0 || !source || !wanted || found.text === wanted) go(shown[chosen]);
    else go(listOf(await searchEverything(source, wanted))[0]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const last = shown.length - 1;
    const steps: Record<string, number> = {
      ArrowDown: chosen < last ? chosen + 1 : 0,
      ArrowUp: chosen > 0 ? chosen - 1 : last,
      PageDown: Math.min(chosen + 8, last),
      PageUp: Math.max(chosen - 8, 0),
    };
    const to = steps[event.key];
    if (to !== undefined) {
      setOpen(true);
      setAt(to);
    } else if (event.key === "Enter") void enter();
    else if (event.key === "Escape") leave();
    else return;
    event.stopPropagation();
    event.preventDefault();
  };
  return (
    <div
      class="quick-search"
      ref={root}
      onFocusOut={(event) => {
        if (!root.current!.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <label class="search icon-before" style={iconStyle("search")}>
        <input
          type="text"
          data-quick-search
          role="combobox"
          aria-label="Go to anything, or do something"
          aria-autocomplete="list"
          aria-expanded={shown.length > 0}
          aria-controls="quick-hits"
          aria-activedescendant={shown.length > 0 ? `hit-${chosen}` : undefined}
          placeholder="Go to anything"
          autocomplete="off"
          spellcheck={false}
          maxLength={500}
          value={text}
          onFocus={(event) => {
            cameFrom.current = event.relatedTarget as Element | null;
            setOpen(true);
          }}
          onClick={() => setOpen(true)}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
            setOpen(true);
          }}
          onKeyDown={onKeyDown}
        />
        {!text && <kbd aria-hidden="true">Ctrl K</kbd>}
      </label>
      <div class={shown.length > 0 ? "quick-panel" : "quick-panel closed"}>
        <ul id="quick-hits" role="listbox" aria-label="Where to go, and what to do" ref={list}>
          {shown.map((entry, i) => (
            <li
              key={`${entry.kind} ${entry.href ?? ""} ${entry.title}`}
              id={`hit-${i}`}
              role="option"
              aria-selected={i === chosen}
              class="quick-hit"
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => go(entry)}
            >
              <Icon name={entry.icon} size={14} />
              <Text class="quick-title" value={entry.title} max={120} mark={wanted} />
              <span class="quick-kind">
                {entry.keys ? <kbd>{entry.keys}</kbd> : entry.kind}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
