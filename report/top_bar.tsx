/**
 * The top bar: whose report this is, how the session stands, when it ran, search, display choices.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanDuration } from "../lib/format/human.ts";
import { sessionStanding } from "../lib/bundle/session_card.ts";
import { Menu, MenuItem } from "./components/menu.tsx";
import { Status } from "./components/status.tsx";
import { Time } from "./components/quantity.tsx";
import { Text } from "./components/text.tsx";
import { useData } from "./data/context.ts";
import { LiveButton } from "./live_button.tsx";
import { QuickSearch } from "./quick_search.tsx";
import { defaultView, homeAddress, href, route } from "./state/route.ts";
import { setTheme, type Theme, theme } from "./state/theme.ts";
import { setTimeZone, timeZone, timeZones } from "./state/time_zone.ts";
import { timeWindow } from "./state/time_window.ts";
import { WindowChip } from "./window_chip.tsx";

/** The bar on top of every view. */
export function TopBar(): VNode {
  const { header } = useData();
  const { start, end } = header.time_range;
  const standing = sessionStanding(header.session);
  return (
    <header class="topbar">
      <Brand />
      <div class="topbar-session">
        <h1>
          <Text value={header.title} max={160} bare />
        </h1>
        {standing && <Status {...standing} />}
      </div>
      {start !== null && end !== null && (
        <div class="topbar-span">
          <Time value={start} mode="full" />
          <span class="figure" title={`${end - start} ms`}>{humanDuration(end - start)}</span>
        </div>
      )}
      <LiveButton />
      <WindowChip />
      <QuickSearch />
      <DisplayTools />
    </header>
  );
}

/** The mark: leads to the first page. */
export function Brand(): VNode {
  const isAlone = route.value.session === null;
  const title = isAlone ? "planloop, to the overview" : "planloop, all sessions";
  const home = isAlone && timeWindow.value ? href(defaultView) : homeAddress;
  return (
    <a class="brand" href={home} aria-label={title}>
      <Mark />
      <span class="brand-name">planloop</span>
    </a>
  );
}

/** How times and colours are shown. */
export function DisplayTools(): VNode {
  const zone = timeZones.findIndex(([id]) => id === timeZone.value);
  return (
    <div class="topbar-tools">
      <button
        type="button"
        class="button topbar-zone"
        title="All times: in UTC, in your own zone, or relative to the start and to now"
        onClick={() => setTimeZone(timeZones[(zone + 1) % timeZones.length]![0])}
      >
        {timeZones[zone]![1]}
      </button>
      <ThemeMenu />
    </div>
  );
}

const themes: readonly { id: Theme; label: string; icon: "auto" | "sun" | "moon" }[] = [
  { id: "auto", label: "Like the system", icon: "auto" },
  { id: "light", label: "Light", icon: "sun" },
  { id: "dark", label: "Dark", icon: "moon" },
];

function ThemeMenu(): VNode {
  const chosen = themes.find(({ id }) => id === theme.value)!;
  return (
    <Menu label={`Theme: ${chosen.label.toLowerCase()}`} icon={chosen.icon} iconOnly>
      {(close) =>
        themes.map(({ id, label, icon }) => (
          <MenuItem
            key={id}
            icon={id === theme.value ? "check" : icon}
            onClick={() => {
              setTheme(id);
              close();
            }}
          >
            {label}
          </MenuItem>
        ))}
    </Menu>
  );
}

/** The product's mark: a loop with its recording head. */
function Mark(): VNode {
  return (
    <svg class="brand-mark" width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
      <path d="M15.2 5.4a7.2 7.2 0 1 0 .9 3.6" />
      <circle cx="9" cy="9" r="2.6" />
    </svg>
  );
}
