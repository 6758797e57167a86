import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyChanges, check, type StateDiff, stateDiffSchema } from "../../lib/format/mod.ts";
import { writeStateChange } from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

/** What was written of a change: the diff, and the texts that it names. */
function written(before: string | null, after: string, redact = true) {
  const { recorder, json, text, files } = desk({ redact });
  const file = writeStateChange(recorder, { operation: "edit", before, after });
  if (file === null) return { files: files() };
  const diff = json(file) as unknown as StateDiff;
  expect(check(stateDiffSchema, diff)).toEqual([]);
  return { diff, before: text(diff.before_file), after: text(diff.after_file), files: files() };
}

describe("writeStateChange", () => {
  test("keeps both states and what leads from one to the other, of any JSON", () => {
    const texts = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value, null, 2));
    let changed = 0;
    fc.assert(
      fc.property(texts, texts, (one, two) => {
        // Any key may be a secret's name: one time in many, redaction would change the value.
        const found = written(one, two, false);
        if (!found.diff) {
          expect(found.files).toEqual([]);
          expect(JSON.parse(two)).toEqual(JSON.parse(one));
          return;
        }
        changed += 1;
        expect(found.files).toHaveLength(3);
        expect([found.before, found.after].map((text) => JSON.parse(text)))
          .toEqual([one, two].map((text) => JSON.parse(text)));
        expect(applyChanges(JSON.parse(one), found.diff.changes)).toEqual(JSON.parse(two));
      }),
      { numRuns: 300 },
    );
    expect(changed).toBeGreaterThan(150);
  });

  test("copies texts byte for byte, in whatever form they were written", () => {
    const before = '{ "b": 1.0,\r\n\t"a": "\\u00fc" }';
    const after = '{"a":"ü","b":[ ]}\n\n';
    expect(written(before, after)).toMatchObject({
      before,
      after,
      diff: { operation: "edit", changes: { b: { old: 1, new: [] } } },
    });
  });

  test("begins with an empty object where there was no state", () => {
    expect(written(null, '{"a":1}')).toMatchObject({
      before: "{}",
      diff: { changes: { a: { new: 1 } } },
    });
  });

  test("tells the repair of a damaged state", () => {
    expect(written('{"a":', '{"a":1}')).toMatchObject({ before: '{"a":', after: '{"a":1}' });
  });

  test("writes no secret, also not one that only the text has", () => {
    const secret = "ghp_" + "a1B2".repeat(9);
    const twice = `{"note": "${secret}", "note": "harmless"}`;
    const under = `{"password": "correct horse", "n": 1}`;
    for (const [before, after] of [[twice, under], [under, twice], [`"${secret}`, "1"]]) {
      const all = JSON.stringify(written(before!, after!));
      expect(all).not.toContain(secret);
      expect(all).not.toContain("correct horse");
    }
  });
});
