/**
 * What can be done from the palette: what the open view and record offer, and what came of it.
 *
 * @module
 */

import { signal } from "@preact/signals";
import { type Context, createContext } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { IconName } from "../components/icon.tsx";

/** Something to do. */
export interface Command {
  title: string;
  icon: IconName;
  /** The keys that do the same. */
  keys?: string;
  /** Does it. What it resolves with is said to the reader. */
  run(): void | string | Promise<void | string>;
}

/** Whether copy buttons are offered in the palette: those of a record as a whole. */
export const Offered: Context<boolean> = createContext(false);

const offers = new Set<() => readonly Command[]>();

/** Offers commands while the component is on screen. */
export function useCommands(list: readonly Command[]): void {
  const latest = useRef(list);
  latest.current = list;
  useEffect(() => {
    const offer = () => latest.current;
    offers.add(offer);
    return () => void offers.delete(offer);
  }, []);
}

/** What is offered now; what came on screen last comes first. */
export function offeredCommands(): Command[] {
  return [...offers].reverse().flatMap((offer) => offer());
}

/** How long the outcome of a command is shown, in milliseconds. */
const noticeFor_ms = 4000;

/** The outcome of the last command, for a while; else empty. */
export const notice: { value: string } = signal("");

let timer: ReturnType<typeof setTimeout> | undefined;

/** Runs a command, and says what came of it. */
export async function runCommand({ run }: Command): Promise<void> {
  const said = await run();
  if (!said) return;
  notice.value = said;
  clearTimeout(timer);
  timer = setTimeout(() => notice.value = "", noticeFor_ms);
}
