import { describe, expect, test } from "vitest";
import { check } from "../../lib/format/mod.ts";
import { ajvForKind, type Golden, goldens, goldenText, kinds } from "./helpers.ts";

function issuesOf({ kind, records }: Golden) {
  return records.flatMap(({ line, value }) =>
    check(kind.schema, value).map(({ path, expected }) =>
      line === undefined ? { path, expected } : { line, path, expected }
    )
  );
}

describe("goldens", () => {
  test.each(kinds.map((kind) => kind.name))("%s has valid and damaged ones", (name) => {
    for (const set of ["valid", "damaged"] as const) {
      const count = goldens(set).filter(({ kind }) => kind.name === name).length;
      expect(count, set).toBeGreaterThanOrEqual(2);
    }
  });

  test.each(goldens("valid").map((golden) => [golden.path, golden] as const))(
    "check and Ajv accept %s",
    (_, golden) => {
      const validate = ajvForKind(golden.kind);
      expect(golden.records.length).toBeGreaterThan(0);
      expect(issuesOf(golden)).toEqual([]);
      for (const { value } of golden.records) {
        validate(value);
        expect(validate.errors ?? []).toEqual([]);
      }
    },
  );

  test.each(goldens("damaged").map((golden) => [golden.path, golden] as const))(
    "check and Ajv refuse every record of %s",
    (_, golden) => {
      const validate = ajvForKind(golden.kind);
      expect(issuesOf(golden)).toEqual(
        JSON.parse(goldenText(golden.path.replace(/\.jsonl?$/, ".issues.json"))),
      );
      for (const { value } of golden.records) {
        expect(check(golden.kind.schema, value).length).toBeGreaterThan(0);
        expect(validate(value), JSON.stringify(value)).toBe(false);
      }
    },
  );
});

describe("recordKinds", () => {
  test.each(kinds.map((kind) => [kind.name, kind] as const))(
    "the example of %s is valid",
    (_, kind) => {
      const validate = ajvForKind(kind);
      expect(check(kind.schema, kind.example)).toEqual([]);
      expect(validate(kind.example)).toBe(true);
    },
  );
});
