/**
 * Above a table: search, filters, how many rows, which columns, copying.
 *
 * @module
 */

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { humanCount } from "../../lib/format/human.ts";
import { useCommands } from "../state/commands.ts";
import { copyText } from "./clipboard.ts";
import type { DataTableProps, VirtualRows } from "./columns.ts";
import { copyRowsMax, rowsToJson, rowsToMarkdown } from "./copy_rows.ts";
import { isArray, type TableSettings } from "./table_state.ts";
import { SearchBox } from "./search_box.tsx";
import { Menu, MenuCheck, MenuItem } from "./menu.tsx";

/** Most rows that are searched at the first key; more are once the typing pauses. */
const quickRowsMax = 20_000;

/** The same where a worker searches: a million lines take it 20 ms. */
const quickLinesMax = 1_000_000;

/** Stands where the count will: an empty place would have another height. */
const noCount = "\u00a0";

/** How long the outcome of copying is shown, in milliseconds. */
const noticeFor_ms = 4000;

/** The toolbar of a {@linkcode DataTable}. */
export function TableToolbar<Row>(
  { table, settings, shown, total }: {
    table: DataTableProps<Row>;
    settings: TableSettings<Row>;
    shown: VirtualRows<Row>;
    total: number;
  },
): VNode {
  const [notice, setNotice] = useNotice();
  const searchable = table.columns.some((column) => column.text);
  const copy = async (kind: "json" | "markdown") => {
    const rows = firstRows(shown);
    // Asked for in both cases: it also fetches what the columns' texts need.
    const records = await (table.copyRows?.(rows) ?? rows);
    const text = kind === "json" ? rowsToJson(records) : rowsToMarkdown(rows, settings.visible);
    const amount = rows.length < shown.length
      ? `the first ${humanCount(rows.length)} of ${humanCount(shown.length)} rows`
      : `${humanCount(rows.length)} ${rows.length === 1 ? "row" : "rows"}`;
    return await copyText(text) ? `Copied ${amount}` : "The browser refused to copy";
  };
  const forms = [["JSON", "json"], ["Markdown", "markdown"]] as const;
  useCommands(forms.map(([name, kind]) => ({
    title: `Copy rows as ${name}`,
    icon: "copy",
    run: () => copy(kind),
  })));
  return (
    <div class="toolbar">
      {searchable && (
        <SearchBox
          label={table.searchLabel ?? `Search ${inSentence(table.label)}`}
          value={settings.search}
          quick={total <= (isArray(table.rows) ? quickRowsMax : quickLinesMax)}
          onInput={(text) => settings.set("q", text)}
        />
      )}
      {table.toolbar}
      <div class="toolbar-end">
        <span class="toolbar-count" role="status" data-longest={countText(total, total, true)}>
          {notice || (table.waiting ? noCount : countText(shown.length, total))}
        </span>
        <Menu label="Choose columns" icon="columns" iconOnly active={settings.chosen}>
          {() => <ColumnChoice table={table} settings={settings} />}
        </Menu>
        <Menu label="Copy rows" icon="copy" iconOnly>
          {(close) =>
            forms.map(([name, kind]) => (
              <MenuItem
                key={kind}
                onClick={() => copy(kind).then(setNotice).finally(close)}
              >
                Copy as {name}
              </MenuItem>
            ))}
        </Menu>
      </div>
    </div>
  );
}

function ColumnChoice<Row>(
  { table, settings }: { table: DataTableProps<Row>; settings: TableSettings<Row> },
): VNode {
  const visible = new Set(settings.visible.map((column) => column.id));
  const choose = (id: string, on: boolean) => {
    const next = table.columns.filter((c) => c.id === id ? on : visible.has(c.id));
    if (next.length > 0) settings.set("cols", next.map((c) => c.id).join(","));
  };
  return (
    <>
      {table.columns.map((column) => (
        <MenuCheck
          key={column.id}
          checked={visible.has(column.id)}
          onChange={(on) => choose(column.id, on)}
        >
          {column.title}
        </MenuCheck>
      ))}
      {settings.chosen && (
        <MenuItem onClick={() => settings.set("cols", null)}>Reset columns</MenuItem>
      )}
    </>
  );
}

function useNotice(): [string, (text: string) => void] {
  const [notice, setNotice] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return [notice, (text) => {
    setNotice(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setNotice(""), noticeFor_ms);
  }];
}

function firstRows<Row>(shown: VirtualRows<Row>): Row[] {
  return Array.from({ length: Math.min(shown.length, copyRowsMax) }, (_, i) => shown.at(i));
}

/** A label within a sentence: `Errors` becomes `errors`, `LLM calls` stays. */
function inSentence(label: string): string {
  return /^[A-Z]{2}/.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1);
}

/** `340 rows`, or `12 of 340` where not all are shown. */
export function countText(shown: number, total: number, isPart = shown !== total): string {
  return !isPart
    ? `${humanCount(total)} ${total === 1 ? "row" : "rows"}`
    : `${humanCount(shown)} of ${humanCount(total)}`;
}
