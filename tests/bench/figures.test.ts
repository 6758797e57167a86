import { expect, test } from "vitest";
import { Figures } from "../../bench/figures.ts";

test("Figures gives the median of each subject's figure", () => {
  const figures = new Figures();
  for (const value of [9, 1, 5]) figures.add("a", { time: value, size: 2 * value });
  figures.add("b", { time: 7, size: undefined });
  figures.add("b", { time: 8, size: NaN });
  expect(figures.median("a", "time")).toBe(5);
  expect(figures.median("a", "size")).toBe(10);
  expect(figures.median("b", "time")).toBe(7.5);
  expect(figures.median("b", "size")).toBeNaN();
  expect(figures.median("c", "time")).toBeNaN();
});
