import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../lib/format/mod.ts";
import { accepted, mutate, mutation } from "./arbitrary.ts";
import { ajvForKind, kinds } from "./helpers.ts";

const table = kinds.map((kind) => [kind.name, kind] as const);

describe("check and Ajv agree", () => {
  test.each(table)("that every value made from the schema of %s is valid", (_, kind) => {
    const validate = ajvForKind(kind);
    fc.assert(
      fc.property(accepted(kind.schema.node), (value) => {
        expect(check(kind.schema, value)).toEqual([]);
        validate(value);
        expect(validate.errors ?? []).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test.each(table)("on %s with one place changed", (_, kind) => {
    const validate = ajvForKind(kind);
    const seen = { valid: 0, invalid: 0 };
    const agree = (value: unknown) => {
      const issues = check(kind.schema, value);
      expect(issues.length === 0, JSON.stringify({ value, issues })).toBe(validate(value));
      seen[issues.length === 0 ? "valid" : "invalid"] += 1;
    };
    fc.assert(
      fc.property(mutation, (change) => agree(mutate(kind.example, change))),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(accepted(kind.schema.node), mutation, (value, change) => {
        agree(mutate(value, change));
      }),
      { numRuns: 60 },
    );
    // Both outcomes must have occurred, or the agreement says nothing.
    expect(seen.valid).toBeGreaterThan(5);
    expect(seen.invalid).toBeGreaterThan(50);
  });

  test.each(table)("on any JSON value in the place of %s", (_, kind) => {
    const validate = ajvForKind(kind);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(check(kind.schema, value).length === 0).toBe(validate(value));
      }),
      { numRuns: 40 },
    );
  });
});
