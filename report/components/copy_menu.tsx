/**
 * A menu of the ways to copy something; the palette offers the same.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useCommands } from "../state/commands.ts";
import { CopyButton, type CopyButtonProps, copyCommand } from "./copy_button.tsx";
import { Menu } from "./menu.tsx";

/** Properties of {@linkcode CopyMenu}. */
export interface CopyMenuProps {
  label: string;
  /** What each way is called, and what it copies. */
  forms: readonly (readonly [label: string, text: CopyButtonProps["text"]])[];
  /** A word below. */
  children?: ComponentChildren;
}

/** Entries that copy, and say so. */
export function CopyMenu({ label, forms, children }: CopyMenuProps): VNode {
  useCommands(forms.map(([title, text]) => copyCommand(title, text)));
  return (
    <Menu label={label} icon="copy" iconOnly>
      {() => (
        <>
          {forms.map(([title, text]) => <CopyButton key={title} label={title} text={text} item />)}
          {children}
        </>
      )}
    </Menu>
  );
}
