import { describe, expect, test } from "vitest";
import { homeLayout, recordIndexMax, recordNames, sessionLayout } from "../../lib/format/mod.ts";

const trace = "tr_20251118081417_abc123";

describe("recordNames", () => {
  test.each(
    [
      ["trace", `${trace}.json`, `${trace}_002.json`],
      ["traceJournal", `${trace}.journal.jsonl`, `${trace}_002.journal.jsonl`],
      ["llm", `${trace}_llm.json`, `${trace}_llm_002.json`],
      ["diff", `${trace}_diff.json`, `${trace}_diff_002.json`],
      ["diffBefore", `${trace}_pre.json`, `${trace}_pre_002.json`],
      ["diffAfter", `${trace}_post.json`, `${trace}_post_002.json`],
      ["error", `${trace}_error.json`, `${trace}_error_002.json`],
      ["errorState", `${trace}_state.json`, `${trace}_state_002.json`],
    ] as const,
  )("%s numbers from the second record on", (name, first, second) => {
    expect(recordNames[name](trace)).toBe(first);
    expect(recordNames[name](trace, 1)).toBe(first);
    expect(recordNames[name](trace, 2)).toBe(second);
  });

  test("numbers beyond 999 get longer", () => {
    expect(recordNames.llm(trace, 1000)).toBe(`${trace}_llm_1000.json`);
    expect(recordNames.llm(trace, recordIndexMax)).toBe(`${trace}_llm_999999.json`);
  });

  test.each(["../x", "a/b", "a\u0000b", "..", "", "x".repeat(200), "größe", ".a"])(
    "refuses the id %j for every kind",
    (id) => {
      for (const name of Object.values(recordNames)) expect(() => name(id)).toThrow(RangeError);
    },
  );

  test.each([0, -1, 1.5, NaN, recordIndexMax + 1])("refuses the number %d", (index) => {
    expect(() => recordNames.trace(trace, index)).toThrow("expected 1 to 999999");
  });
});

describe("layout", () => {
  test("names are relative, use / and never climb", () => {
    for (const name of [...Object.values(homeLayout), ...Object.values(sessionLayout)]) {
      expect(name).toMatch(/^[A-Za-z_.][A-Za-z_.-]*(?:\/[A-Za-z_.-]+)*$/);
      expect(name.split("/")).not.toContain("..");
    }
  });

  test("no name stands twice in one folder", () => {
    for (const layout of [homeLayout, sessionLayout]) {
      const names: string[] = Object.values(layout);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
