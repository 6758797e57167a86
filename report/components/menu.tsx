/**
 * A button that opens a small panel of choices.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName, iconStyle } from "./icon.tsx";

/** Properties of {@linkcode Menu}. */
export interface MenuProps {
  label: string;
  icon?: IconName;
  /** Shows the icon only; the label stays for screen readers and the tooltip. */
  iconOnly?: boolean;
  /** Marks the button, for a filter that is set. */
  active?: boolean;
  /** What the panel shows; `close` closes it. */
  children(close: () => void): ComponentChildren;
}

/** Opens on a click, closes on Escape, on a click outside and when the focus leaves. */
export function Menu({ label, icon, iconOnly, active, children }: MenuProps): VNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [right, setRight] = useState(false);
  useEffect(() => {
    if (!open) return;
    const box = button.current!.getBoundingClientRect();
    setRight(box.left > innerWidth / 2);
    panel.current!.querySelector<HTMLElement>("input, button")?.focus();
    const onDown = (event: Event) => {
      if (!root.current!.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", onDown);
    return () => document.removeEventListener("pointerdown", onDown);
  }, [open]);
  // A choice that takes itself away must not take the focus along.
  useLayoutEffect(() => {
    if (open && document.activeElement === document.body) panel.current!.focus();
  });
  return (
    <div
      class="menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current!.focus();
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !root.current!.contains(to)) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        class={`${iconOnly ? "icon-button" : "button"}${icon ? " icon-before" : ""}${
          active ? " active" : ""
        }`}
        style={icon && iconStyle(icon)}
        aria-expanded={open}
        aria-label={iconOnly ? label : undefined}
        title={iconOnly ? label : undefined}
        onClick={() => setOpen(!open)}
      >
        {!iconOnly && label}
      </button>
      {open && (
        <div
          class={`menu-panel${right ? " menu-right" : ""}`}
          ref={panel}
          // A click beside a button moves the focus here, not out of the menu, which closes it.
          tabIndex={-1}
          role="group"
          aria-label={label}
        >
          {children(() => {
            setOpen(false);
            button.current?.focus();
          })}
        </div>
      )}
    </div>
  );
}

/** A choice in a menu. */
export function MenuItem(
  { icon, onClick, children }: {
    icon?: IconName;
    onClick(): void;
    children: ComponentChildren;
  },
): VNode {
  return (
    <button type="button" class="menu-item" onClick={onClick}>
      {icon && <Icon name={icon} size={14} />}
      <span>{children}</span>
    </button>
  );
}

/** A choice that is on or off. */
export function MenuCheck(
  { checked, onChange, children }: {
    checked: boolean;
    onChange(checked: boolean): void;
    children: ComponentChildren;
  },
): VNode {
  return (
    <label class="menu-item">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {children}
    </label>
  );
}
