/**
 * What views are made of.
 *
 * @module
 */

export { barCell, countCell, durationCell, statusCell, timeCell } from "./cells.ts";
export { countValue, durationValue, textValue, timeValue } from "./column_values.tsx";
export { copyText } from "./clipboard.ts";
export type { Column, DataTableProps, VirtualRows } from "./columns.ts";
export { CopyButton } from "./copy_button.tsx";
export { CopyMenu } from "./copy_menu.tsx";
export { DataTable } from "./data_table.tsx";
export { DeadLink } from "./dead_link.tsx";
export { countOptions, facetMatches, facetParam, Facets, facetValues } from "./facets.tsx";
export type { FacetOption } from "./facets.tsx";
export { Code, KeyValue, shortTraceId, TraceLink } from "./facts.tsx";
export type { Fact } from "./facts.tsx";
export { Icon, iconStyle } from "./icon.tsx";
export { JsonTree } from "./json_tree.tsx";
export { Await, Drawer, EmptyState, Page, Section, Split } from "./layout.tsx";
export { Menu, MenuCheck, MenuItem } from "./menu.tsx";
export { Bytes, Cost, Count, Duration, exactTime, Time, timeText } from "./quantity.tsx";
export { usePortion, useRoom } from "./portion.tsx";
export type { Portion } from "./portion.tsx";
export { RichText } from "./rich_text.tsx";
export { SearchBox } from "./search_box.tsx";
export { Stack } from "./stack.tsx";
export {
  Badge,
  endWord,
  levelLook,
  LevelMark,
  levelTone,
  Status,
  ToneIcon,
  toneOf,
  toneStyle,
} from "./status.tsx";
export type { Tone } from "./status.tsx";
export { LongText, plainText, Text } from "./text.tsx";
