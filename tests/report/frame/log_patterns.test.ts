import { expect, test } from "vitest";
import { createLogColumns } from "../../../lib/bundle/log_block.ts";
import { otherPatterns, patternOfNothing } from "../../../report/kernels/patterns.ts";
import { withEventPatterns } from "../../../report/state/log_patterns.ts";

const words = {
  operations: [""],
  traces: [""],
  events: ["", "lock_requested", "started"],
  files: [""],
  session_id: null,
};

test("withEventPatterns puts lines without a message under their event's name", () => {
  const columns = createLogColumns(6);
  columns.event.set([1, 0, 2, 1, 2, 1]);
  const patterns = {
    texts: [otherPatterns, patternOfNothing, "started"],
    rows: Uint16Array.of(1, 1, 1, 1, 2, 0),
  };
  const { texts, rows } = withEventPatterns(patterns, columns, words);
  expect([...rows].map((number) => texts[number])).toEqual([
    "lock_requested",
    patternOfNothing,
    "started",
    "lock_requested",
    "started",
    otherPatterns,
  ]);
  expect([...patterns.rows]).toEqual([1, 1, 1, 1, 2, 0]);
});

test("withEventPatterns leaves patterns as they are where every line has a message", () => {
  const patterns = { texts: [otherPatterns, "a"], rows: Uint16Array.of(1, 1) };
  expect(withEventPatterns(patterns, createLogColumns(2), words)).toBe(patterns);
});
