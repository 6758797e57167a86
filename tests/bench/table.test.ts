import process from "node:process";
import { afterEach, describe, expect, test, vi } from "vitest";
import { figure, printTable, type Table } from "../../bench/table.ts";

const table: Table = {
  title: "Sizes",
  head: ["lines", "MB"],
  rows: [["1,000", "0.5"], ["1,000,000", "41"]],
};

afterEach(() => vi.restoreAllMocks());

function printed(markdown: boolean): string {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((piece) => {
    text += String(piece);
    return true;
  });
  printTable(table, { markdown });
  return text;
}

describe("printTable", () => {
  test("prints columns for people", () => {
    expect(printed(false)).toBe(
      "Sizes\n  lines       MB\n  1,000      0.5\n  1,000,000   41\n\n",
    );
  });

  test("prints Markdown for documents", () => {
    expect(printed(true)).toBe(
      "| lines | MB |\n| --- | --- |\n| 1,000 | 0.5 |\n| 1,000,000 | 41 |\n\n",
    );
  });
});

test("figure keeps three digits, and says where nothing was measured", () => {
  expect([0.01234, 12.345, 1234.5, NaN, undefined].map(figure))
    .toEqual(["0.0123", "12.3", "1,235", "–", "–"]);
});
