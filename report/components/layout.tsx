/**
 * How a view is laid out: a list with a drawer beside it, or a page that scrolls.
 *
 * @module
 */

import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { humanCount } from "../../lib/format/human.ts";
import { focusList } from "../state/focus.ts";
import { Offered } from "../state/commands.ts";
import { openKey } from "../state/route.ts";
import { CopyButton } from "./copy_button.tsx";
import { iconStyle } from "./icon.tsx";
import { Roomy } from "./portion.tsx";
import type { Loaded } from "../data/context.ts";

/** A list that fills the view's height, with a drawer on its right where one is open. */
export function Split(
  { children, drawer, notice }: {
    children: ComponentChildren;
    drawer?: ComponentChildren;
    /** A line over the list, such as a `DeadLink`. */
    notice?: ComponentChildren;
  },
): VNode {
  return (
    <div class={drawer ? "split split-open" : "split"}>
      <div class="split-list">
        {notice}
        {children}
      </div>
      {drawer}
    </div>
  );
}

/** A view that scrolls as a whole, for what is no single list. */
export function Page({ children, wide }: { children: ComponentChildren; wide?: boolean }): VNode {
  return (
    <div class="page-scroll" tabIndex={-1}>
      <div class={wide ? "page page-wide" : "page"}>
        <Roomy place="page">{children}</Roomy>
      </div>
    </div>
  );
}

/** Properties of {@linkcode Drawer}. */
export interface DrawerProps {
  /** What is open, as a heading. */
  title: ComponentChildren;
  /** What is open, for screen readers: `Error report`. */
  label: string;
  /** A line under the title: status, time, links. */
  subtitle?: ComponentChildren;
  /** Further buttons in the head, such as a `CopyButton`. */
  actions?: ComponentChildren;
  /** Default: the address drops its key. */
  onClose?(): void;
  children: ComponentChildren;
}

/** The details of one record; the list stays in sight. Escape closes it. */
export function Drawer(props: DrawerProps): VNode {
  const close = props.onClose ?? (() => openKey(null));
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.preventDefault();
      close();
      focusList();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [close]);
  return (
    <aside class="drawer" aria-label={props.label}>
      <header class="drawer-head">
        <div class="drawer-title">
          <h2>{props.title}</h2>
          {props.subtitle && <div class="drawer-subtitle">{props.subtitle}</div>}
        </div>
        <div class="drawer-actions">
          <Offered.Provider value>{props.actions}</Offered.Provider>
          <CopyButton label="Copy link" icon="link" text={() => location.href} />
          <button
            type="button"
            class="icon-button icon-before"
            style={iconStyle("close")}
            title="Close (Esc)"
            aria-label="Close the details"
            onClick={close}
          />
        </div>
      </header>
      <div class="drawer-body" ref={body} tabIndex={0} role="group" aria-label={props.label}>
        <Roomy place="drawer">{props.children}</Roomy>
      </div>
    </aside>
  );
}

/** Properties of {@linkcode Section}. */
export interface SectionProps {
  title: ComponentChildren;
  /** Beside the title. */
  count?: number | undefined;
  /** On the right of the title. */
  actions?: ComponentChildren;
  /** Set: the section can be folded, and starts open or folded. */
  open?: boolean;
  children: ComponentChildren;
}

/** A titled part of a page or drawer. */
export function Section({ title, count, actions, open, children }: SectionProps): VNode {
  const heading = (
    <>
      <h3>{title}</h3>
      {count !== undefined && <span class="section-count">{humanCount(count)}</span>}
    </>
  );
  if (open === undefined) {
    return (
      <section class="section">
        <div class="section-head">
          {heading}
          {actions && <div class="section-actions">{actions}</div>}
        </div>
        {children}
      </section>
    );
  }
  return (
    <Folding open={open} heading={heading} actions={actions}>
      {children}
    </Folding>
  );
}

/** A section that can be folded; what is in it is made when it is first opened. */
function Folding(
  { open, heading, actions, children }: {
    open: boolean;
    heading: ComponentChildren;
    actions: ComponentChildren;
    children: ComponentChildren;
  },
): VNode {
  const [made, setMade] = useState(open);
  return (
    <details
      class="section"
      open={open}
      onToggle={(e) => e.currentTarget.open && setMade(true)}
    >
      <summary
        class="section-head icon-before"
        style={iconStyle("chevron", 12)}
        onClick={() => setMade(true)}
      >
        {heading}
      </summary>
      {made && actions && <div class="section-actions">{actions}</div>}
      {made && (open ? children : <Roomy place="part">{children}</Roomy>)}
    </details>
  );
}

/** Shows a fetched value, or that it is on its way, or why it could not be read. */
export function Await<T>(
  { of, children }: { of: Loaded<T>; children(value: T): ComponentChildren },
): VNode {
  if (of.error) {
    return (
      <div class="load-error" role="alert">
        <strong>This part of the report could not be read.</strong>
        <p>{of.error.message}</p>
      </div>
    );
  }
  if (of.loading) return <p class="loading" role="status">Reading…</p>;
  return <>{of.value === null ? null : children(of.value)}</>;
}

/** Says why a view is empty, and what would put something there. */
export function EmptyState(
  { title, children, code }: { title: string; children?: ComponentChildren; code?: string },
): VNode {
  return (
    <div class="empty-state">
      <h3>{title}</h3>
      {children && <div class="empty-text">{children}</div>}
      {code && <pre class="empty-code"><code>{code}</code></pre>}
    </div>
  );
}
