/**
 * The top bar: whose report this is, how the session stands, when it ran, search, display choices.
 *
 * @module
 */

import type { VNode } from "preact";
import { humanDuration } from "../lib/format/human.ts";
import type { SessionHead } from "../lib/bundle/header.ts";
import { Menu, MenuItem } from "./components/menu.tsx";
import { Status } from "./components/status.tsx";
import { Time } from "./components/quantity.tsx";
import { Text } from "./components/text.tsx";
import { useData } from "./data/context.ts";
import { QuickSearch } from "./quick_search.tsx";
import { href } from "../lib/bundle/address.ts";
import { setTheme, type Theme, theme } from "./state/theme.ts";
import { setTimeZone, timeZone } from "./state/time_zone.ts";

/** The bar on top of every view. */
export function TopBar(): VNode {
  const { header } = useData();
  const { start, end } = header.time_range;
  return (
    <header class="topbar">
      <a class="brand" href={href("overview")} aria-label="planloop, to the overview">
        <Mark />
        <span class="brand-name">planloop</span>
      </a>
      <div class="topbar-session">
        <h1>
          <Text value={header.title} max={160} bare />
        </h1>
        <SessionStatus session={header.session} />
      </div>
      {start !== null && end !== null && (
        <div class="topbar-span">
          <Time value={start} mode="full" />
          <span class="figure" title={`${end - start} ms`}>{humanDuration(end - start)}</span>
        </div>
      )}
      <QuickSearch />
      <div class="topbar-tools">
        <button
          type="button"
          class="button topbar-zone"
          title="Zone of all times: UTC, or your own"
          onClick={() => setTimeZone(timeZone.value === "utc" ? "local" : "utc")}
        >
          {timeZone.value === "utc" ? "UTC" : "Local"}
        </button>
        <ThemeMenu />
      </div>
    </header>
  );
}

/** How the session stands, as its state says. */
function SessionStatus({ session }: { session: SessionHead }): VNode | null {
  if (!session.has_state) return <Status word="no state" tone="warning" />;
  if (session.done) return <Status word="done" tone="ok" />;
  if (!session.now) return null;
  const { reason, task_id } = session.now;
  const word = reason === "task" && task_id !== null ? `on task ${task_id}` : reason;
  return <Status word={word} tone={toneOfReason(reason)} />;
}

function toneOfReason(reason: string): "ok" | "warning" | "running" | "neutral" {
  if (reason === "completed") return "ok";
  if (reason === "ci_blocker" || reason === "deadlocked" || reason === "escalated") {
    return "warning";
  }
  return reason === "task" ? "running" : "neutral";
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
