/**
 * The log: every line, filtered by level, operation, event, trace, file, time, pattern and text; or
 * the patterns of its messages.
 *
 * @module
 */

import type { VNode } from "preact";
import type { LogDictionaries } from "../../lib/bundle/sections.ts";
import { Await } from "../components/mod.ts";
import { useSection } from "../data/context.ts";
import { logFilterParams } from "../state/log_view.ts";
import { LogTable } from "./parts/log_table.tsx";
import { PatternTable } from "./parts/pattern_table.tsx";
import { currentTab, type Tab, Tabs } from "./parts/tabs.tsx";

const tabs: Tab[] = [{ id: "lines", title: "Lines" }, { id: "patterns", title: "Patterns" }];

/** The view of the log. */
export function LogsView(): VNode {
  const words = useSection("dictionaries");
  return <Await of={words}>{(value) => <Parts words={value} />}</Await>;
}

function Parts({ words }: { words: LogDictionaries }): VNode {
  const isPatterns = currentTab(tabs) === "patterns";
  return (
    <div class="view-stack">
      <Tabs tabs={tabs} label="Parts of the log" keep={logFilterParams} />
      {isPatterns ? <PatternTable words={words} /> : <LogTable words={words} />}
    </div>
  );
}
