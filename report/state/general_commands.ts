/**
 * The commands that every view has.
 *
 * @module
 */

import type { DataSource } from "../../lib/bundle/data_source.ts";
import { recordKey } from "../../lib/bundle/record_key.ts";
import { copyCommand } from "../components/copy_button.tsx";
import { type Command, offeredCommands } from "./commands.ts";
import { keysHelpOpen } from "./keys_help.ts";
import { printView } from "./printing.ts";
import { navigate, openKey, route, setParams } from "./route.ts";
import { setTheme, type Theme, theme } from "./theme.ts";
import { setTimeZone, timeZone, timeZones } from "./time_zone.ts";

/** What can be done now: what the view offers, then what is always there. */
export function commandsNow(source: DataSource | null): Command[] {
  const titles = new Set<string>();
  return [...offeredCommands(), ...generalCommands(source)]
    .filter(({ title }) => !titles.has(title) && titles.add(title));
}

/** Steps through errors; `step` resolves with what to say where there is none. */
export function errorCommands(step: (direction: 1 | -1) => ReturnType<Command["run"]>): Command[] {
  return [
    { title: "Next error", icon: "errors", keys: "e", run: () => step(1) },
    { title: "Previous error", icon: "errors", keys: "E", run: () => step(-1) },
  ];
}

/** What is said at the end of the errors. */
export const noFurtherError = "There is no further error";

const themes: readonly [Theme, string, Command["icon"]][] = [
  ["auto", "Theme: like the system", "auto"],
  ["light", "Theme: light", "sun"],
  ["dark", "Theme: dark", "moon"],
];

function generalCommands(source: DataSource | null): Command[] {
  const filters = filterParams();
  const list: Command[] = [copyCommand("Copy link", () => location.href, "link")];
  if (source) list.push(...errorCommands((direction) => stepReport(source, direction)));
  if (filters.length > 0) {
    const cleared = Object.fromEntries(filters.map((name) => [name, null]));
    const run = () => setParams(cleared, { push: true });
    list.push({ title: "Clear filters", icon: "close", run });
  }
  list.push({ title: "Print", icon: "plan", run: printView });
  for (const [id, title, icon] of themes) {
    if (id !== theme.value) list.push({ title, icon, run: () => setTheme(id) });
  }
  for (const [id, , title] of timeZones) {
    if (id !== timeZone.value) list.push({ title, icon: "clock", run: () => setTimeZone(id) });
  }
  const run = () => void (keysHelpOpen.value = true);
  return [...list, { title: "List of keys", icon: "info", keys: "?", run }];
}

/** Parameters that say which part of the view is looked at, and how; the others are filters. */
const lasting = /^(?:tab|path|row|zoom|(?:.*\.)?(?:cols|sort))$/;

function filterParams(): string[] {
  return Object.keys(route.value.params).filter((name) => !lasting.test(name));
}

/** Opens the error report after, or before, the open one. */
async function stepReport(source: DataSource, direction: 1 | -1): Promise<string | void> {
  const keys = (await source.section("errors")).map(({ file }) => recordKey(file));
  const { view, key } = route.value;
  const at = view === "errors" && key !== null ? keys.indexOf(key) : -1;
  const to = keys[at < 0 ? (direction > 0 ? 0 : keys.length - 1) : at + direction];
  if (to === undefined) return noFurtherError;
  if (at < 0) navigate("errors", to);
  else openKey(to, { replace: true });
}
