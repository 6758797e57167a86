/**
 * Parts of a view that share its room, one shown at a time; which one is in the address.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanCount } from "../../../lib/format/human.ts";
import { useCurrentInSight } from "../../components/in_sight.ts";
import { href, param, route } from "../../state/route.ts";

/** One tab. */
export interface Tab {
  /** Its value in the address. */
  id: string;
  title: string;
  count?: number;
  /** Where it leads. Default: to its part of the view. */
  href?: string;
}

/** The tab that the address names, else the first one. Subscribes the caller. */
export function currentTab(tabs: readonly Tab[]): string {
  const wanted = param("tab");
  return tabs.find((tab) => tab.id === wanted)?.id ?? tabs[0]?.id ?? "";
}

/**
 * Links to the tabs. Changing the tab closes the open record and drops the other tab's filters, but
 * for those that the tabs share: the parameters in `keep`.
 */
export function Tabs({ tabs, label, current = currentTab(tabs), keep = [], within = null }: {
  tabs: readonly Tab[];
  label: string;
  /** Default: the one that the address names. */
  current?: string;
  keep?: readonly string[];
  /** The key of the record whose parts the tabs are. Default: the tabs are the view's. */
  within?: string | null;
}): VNode {
  const { params } = route.value;
  const kept = Object.fromEntries(keep.map((name) => [name, params[name]]));
  const first = tabs[0]?.id;
  const row = useCurrentInSight<HTMLElement>(current);
  return (
    <nav class="tabs" aria-label={label} ref={row}>
      {tabs.map((tab) => (
        <a
          key={tab.id}
          class="tab"
          href={tab.href ??
            href(route.value.view, within, { ...kept, tab: tab.id === first ? null : tab.id })}
          aria-current={tab.id === current ? "page" : undefined}
        >
          {tab.title}
          {tab.count !== undefined && <span class="tab-count">{humanCount(tab.count)}</span>}
        </a>
      ))}
    </nav>
  );
}
