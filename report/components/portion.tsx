/**
 * Lists of any length in portions: the first entries, and a button that says how many are left. On
 * paper all of them.
 *
 * @module
 */

import { type ComponentChildren, createContext, type VNode } from "preact";
import { useContext, useMemo, useState } from "preact/hooks";
import { printedFoldMax, printing } from "../state/printing.ts";

/** Entries that a click adds, for each that was there at first. */
const growth = 10;

/** Elements that a page may have with everything that is not folded. */
const elementsMax = 400;

/** Of these, for what is no list: facts, headings, buttons. */
const fixedElements = 144;

/** Elements around the lists, at least: they may not be drawn yet. */
const aroundMin = 200;

/** Elements for lists however full the page is, on a page without a drawer, in an unfolded part. */
const roomMin = 10;
const pageRoom = 50;
const unfoldedRoom = 200;

/** Elements by which short objects may exceed the room. */
const overdraftMax = 70;

/** Where lists are: in a drawer beside a list, on a page, in a part that was unfolded. */
export type RoomPlace = "drawer" | "page" | "part";

/** How many more elements may be drawn without being asked for. */
interface Room {
  /** Null until the first list asks. */
  left: number | null;
  place: RoomPlace;
}

const Place = createContext<Room | null>(null);

/** Lists that are seen together share the room that the page has left. */
export function Roomy(
  { place, children }: { place: RoomPlace; children: ComponentChildren },
): VNode {
  const room = useMemo((): Room => ({ left: null, place }), [children]);
  return <Place.Provider value={room}>{children}</Place.Provider>;
}

/** See {@linkcode useRoom}. */
export type Take = (entries: number, elements: number, whole?: boolean | "few") => number;

/**
 * Takes room for up to so many entries of so many elements. Returns how many there is room for; with
 * `whole`, all of them: what is short is not cut, but leaves less for what is long. With
 * `"few"`, all of them until the room is exceeded by {@linkcode overdraftMax}.
 */
export function useRoom(): Take {
  const room = useContext(Place);
  return (entries, elements, whole) => {
    if (!room) return entries;
    room.left ??= roomOf(room.place);
    const some = elements ? Math.max(0, Math.floor(room.left / elements)) : entries;
    const all = whole === "few" ? room.left > -overdraftMax : whole;
    const fit = all ? entries : Math.min(entries, some);
    room.left -= fit * elements;
    return fit;
  };
}

function roomOf(place: RoomPlace): number {
  if (place === "page") return pageRoom;
  if (place === "part") return unfoldedRoom;
  const count = (selector: string) => document.querySelectorAll(selector).length;
  const around = Math.max(aroundMin, count("body *") - count(".drawer-body *"));
  return Math.max(roomMin, elementsMax - fixedElements - around);
}

/** How much of a list is drawn. */
export interface Portion {
  /** Entries to draw. */
  shown: number;
  /** The button for more of them; null where none is left. */
  more: VNode | null;
}

/**
 * The part of a list that is drawn: all of one that is no longer than its first portion, of a
 * longer one what there is room for.
 *
 * @param total Entries of the list.
 * @param first Entries drawn at first.
 * @param noun What they are, in the plural: `paths`. Default: nothing is said.
 * @param elements Elements of an entry, about.
 */
export function usePortion(total: number, first: number, noun = "", elements = 5): Portion {
  const take = useRoom();
  const fit = useMemo(() => {
    const got = take(Math.min(total, first), elements, total <= first);
    return total <= first ? first : Math.max(1, got);
  }, [total, first]);
  const [added, setAdded] = useState(0);
  const all = printing.value !== "" && total <= printedFoldMax;
  const shown = all ? total : Math.min(total, fit + added);
  const rest = total - shown;
  const next = Math.min(rest, growth * first);
  const more = rest > 0
    ? (
      <button type="button" class="fold" onClick={() => setAdded(added + next)}>
        Show {next < rest ? `${next.toLocaleString("en")} of ` : ""}
        {rest.toLocaleString("en")} more {noun}
      </button>
    )
    : null;
  return { shown, more };
}
