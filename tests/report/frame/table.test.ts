import { describe, expect, test } from "vitest";
import { type Column, formatSorting, parseSorting } from "../../../report/components/columns.ts";
import {
  markdownCell,
  markdownCellLengthMax,
  rowsToMarkdown,
} from "../../../report/components/copy_rows.ts";
import { facetMatches, facetParam, facetValues } from "../../../report/components/facets.tsx";
import { searchRows, sortRows } from "../../../report/components/row_order.ts";
import {
  rowHeight,
  scrollGeometry,
  spacerHeightMax,
} from "../../../report/components/virtual_scroll.ts";
import { navigate, setParams } from "../../../report/state/route.ts";

interface Row {
  name: string;
  size: number | null;
}

const columns: Column<Row>[] = [
  { id: "name", title: "Name", cell: (r) => r.name, text: (r) => r.name, sort: (r) => r.name },
  {
    id: "size",
    title: "Size",
    align: "right",
    cell: (r) => r.size,
    text: (r) => String(r.size ?? ""),
    sort: (r) => r.size,
  },
];
const rows: Row[] = [
  { name: "step 10", size: null },
  { name: "Step 9", size: 3 },
  { name: "alpha", size: 20 },
  { name: "beta", size: 3 },
];
const names = (list: readonly Row[]) => list.map((row) => row.name);

describe("sortRows", () => {
  test("sortRows puts rows without a value last in both directions, and is stable", () => {
    expect(names(sortRows(rows, columns, { id: "size", descending: false })))
      .toEqual(["Step 9", "beta", "alpha", "step 10"]);
    expect(names(sortRows(rows, columns, { id: "size", descending: true })))
      .toEqual(["alpha", "Step 9", "beta", "step 10"]);
  });

  test("sortRows orders words as people do: without case, numbers by value", () => {
    expect(names(sortRows(rows, columns, { id: "name", descending: false })))
      .toEqual(["alpha", "beta", "Step 9", "step 10"]);
  });

  test("sortRows keeps the rows' own order for an unknown column", () => {
    expect(sortRows(rows, columns, { id: "nothing", descending: true })).toBe(rows);
  });
});

describe("searchRows", () => {
  test("searchRows looks at every column's text without regard to case", () => {
    expect(names(searchRows(rows, columns, " STEP "))).toEqual(["step 10", "Step 9"]);
    expect(names(searchRows(rows, columns, "20"))).toEqual(["alpha"]);
    expect(searchRows(rows, columns, "  ")).toBe(rows);
  });
});

describe("parseSorting", () => {
  test("parseSorting undoes formatSorting", () => {
    for (const sorting of [null, { id: "a", descending: true }, { id: "a", descending: false }]) {
      expect(parseSorting(formatSorting(sorting))).toEqual(sorting);
    }
  });
});

describe("rowsToMarkdown", () => {
  test("rowsToMarkdown writes a table that figures stand to the right in", () => {
    expect(rowsToMarkdown(rows.slice(1, 3), columns)).toBe(
      "| Name | Size |\n| --- | ---: |\n| Step 9 | 3 |\n| alpha | 20 |\n",
    );
  });

  test("markdownCell lets nothing break out of the cell or become markup", () => {
    expect(markdownCell("a | b\n# c")).toBe("a \\| b \\# c");
    expect(markdownCell("<img src=x> @team [x](javascript:1)"))
      .toBe("\\<img src=x\\> \\@team \\[x\\](javascript:1)");
    expect(markdownCell("\u202Egpj")).toBe("⟨U+202E⟩gpj");
    expect(markdownCell("x".repeat(5000)).length).toBe(markdownCellLengthMax + 1);
  });
});

describe("facetValues", () => {
  test("facetValues undoes facetParam, commas and empty values included", () => {
    for (const values of [["a,b", "c%2C"], ["", "x"], ["only"]]) {
      navigate("logs", null, { operation: facetParam(values) });
      expect([...facetValues("operation")!]).toEqual(values);
    }
  });

  test("facetMatches lets everything through while nothing is chosen", () => {
    setParams({ operation: null });
    expect(facetValues("operation")).toBeNull();
    expect(facetMatches(null, "x")).toBe(true);
    expect(facetMatches(new Set(["y"]), "x")).toBe(false);
  });
});

describe("scrollGeometry", () => {
  test("scrollGeometry reaches the last row of ten million within the browser's limit", () => {
    const view = 600;
    const count = 10_000_000;
    const { height, scale, offsetMax } = scrollGeometry(count, view);
    expect(height).toBe(spacerHeightMax);
    expect((height - view) * scale).toBeCloseTo(offsetMax, 3);
    expect(offsetMax).toBe(count * rowHeight - view);
  });

  test("scrollGeometry moves pixel by pixel up to the cap, and not at all where all rows fit", () => {
    expect(scrollGeometry(1000, 600).scale).toBe(1);
    expect(scrollGeometry(3, 600)).toEqual({ height: 3 * rowHeight, scale: 1, offsetMax: 0 });
  });
});
