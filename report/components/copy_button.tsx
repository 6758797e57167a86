/**
 * A button that copies something and says so.
 *
 * @module
 */

import type { VNode } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { type Command, Offered, useCommands } from "../state/commands.ts";
import { copyText } from "./clipboard.ts";
import { type IconName, iconStyle } from "./icon.tsx";

/** How long a button says that it copied, in milliseconds. */
const saidFor_ms = 1600;

/** Properties of {@linkcode CopyButton}. */
export interface CopyButtonProps {
  /** What to copy; called on the click. */
  text(): string | Promise<string>;
  /** What the button says: `Copy JSON`. Without `words` it is for screen readers and the tooltip. */
  label: string;
  /** Shows the label beside the icon. */
  words?: boolean;
  /** An entry of a menu, with its label. */
  item?: boolean;
  icon?: IconName;
}

/** Copies on a click; shows for a moment whether it worked. */
export function CopyButton({ text, label, words, item, icon = "copy" }: CopyButtonProps): VNode {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    const worked = await copyOf(text);
    setState(worked ? "copied" : "failed");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setState("idle"), saidFor_ms);
  };
  useCommands(useContext(Offered) ? [copyCommand(label, text, icon)] : []);
  const said = state === "copied" ? "Copied" : state === "failed" ? "Copying failed" : label;
  return (
    <button
      type="button"
      class={`icon-before ${item ? "menu-item" : words ? "button" : "icon-button"}`}
      style={iconStyle(state === "copied" ? "check" : icon)}
      title={said}
      aria-label={said}
      onClick={copy}
    >
      {(words || item) && said}
    </button>
  );
}

async function copyOf(text: CopyButtonProps["text"]): Promise<boolean> {
  try {
    return await copyText(await text());
  } catch {
    return false;
  }
}

/** The same as a command of the palette. */
export function copyCommand(
  title: string,
  text: CopyButtonProps["text"],
  icon: IconName = "copy",
): Command {
  const run = async () => await copyOf(text) ? "Copied" : "The browser refused to copy";
  return { title, icon, run };
}
