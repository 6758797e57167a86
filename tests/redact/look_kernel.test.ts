import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadLogKernels } from "../../cli/report/log_kernels.ts";
import { createRedactor, type RedactOptions } from "../../lib/redact/mod.ts";
import { fragments } from "./fragments.ts";
import { samples } from "./samples.ts";

// `npm run build` compiles it from cli/report/wasm.
const kernels = await loadLogKernels();
if (!kernels) throw new Error("the log's kernels were not built");

const optionSets: RedactOptions[] = [
  {},
  { env: { API_KEY: 'quo"ted\\secret', MY_TOKEN: "geheim-größe-漢字", DB_PASSWORD: "8305711294" } },
  { keys: ["ssn", "customerNumber", "token of"] },
  { rules: [{ name: "acme", pattern: /acme"[a-z]{4}/, anchors: ['acme"'] }] },
];
const redactors = optionSets.map((options) => createRedactor(options, kernels));

const part = fc.oneof(
  fragments(),
  fc.constantFrom('quo"ted\\secret', "8305711294", 'acme"abcd', "SSN", "token of", "api key"),
  fc.constantFrom("token", "the token is", "--token abc1", "x_token", "token ", "-token a1b2"),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.integer({ min: 1, max: 2 ** 31 }).map((seed) => samples(seed)[seed % 7]!.text),
);

describe("Redactor.mayHoldSecretInBlock", () => {
  test("says what mayHoldSecretIn says, of any part of a block", () => {
    const found = [0, 0];
    fc.assert(
      fc.property(
        fc.array(fc.array(part, { maxLength: 3 }), { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 20 }),
        (texts, ranges) => {
          const json = texts.map((text) => JSON.stringify(text.join(""))).join("\n");
          const block = new TextEncoder().encode(json);
          for (const redactor of redactors) {
            for (const [one, other] of ranges) {
              const [start, end] = [one % block.length, other % (block.length + 1)];
              const expected = redactor.mayHoldSecretIn!(block, start, end);
              expect(redactor.mayHoldSecretInBlock!(block, start, end)).toBe(expected);
              found[Number(expected)]!++;
            }
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(Math.min(...found)).toBeGreaterThan(500);
  });

  test("says the same of blocks in turns, and of one that is too large to be copied", () => {
    const [redactor] = redactors;
    const secret = new TextEncoder().encode(`"ghp_${"a1B2".repeat(9)}"`);
    const plain = new TextEncoder().encode('"Task 12 moved from TODO to DONE"');
    for (let turn = 0; turn < 300; turn++) {
      expect(redactor!.mayHoldSecretInBlock!(secret, 0, secret.length)).toBe(true);
      expect(redactor!.mayHoldSecretInBlock!(plain, 0, plain.length)).toBe(false);
    }
    const large = new Uint8Array(17 * 1024 * 1024).fill(0x20);
    const before = new Uint8Array(large);
    large.set(secret, large.length - secret.length);
    for (let turn = 0; turn < 100; turn++) {
      redactor!.mayHoldSecretInBlock!(plain, 0, plain.length);
    }
    expect(redactor!.mayHoldSecretInBlock!(large, large.length - 100, large.length)).toBe(true);
    expect(redactor!.mayHoldSecretInBlock!(before, before.length - 100, before.length)).toBe(false);
  });

  test("is not there where bytes tell nothing, or nothing is replaced", () => {
    const rules = [{ name: "none", pattern: /zz\d+/ }];
    expect(createRedactor({ rules }, kernels).mayHoldSecretInBlock).toBeUndefined();
    expect(createRedactor({ enabled: false }, kernels).mayHoldSecretInBlock).toBeUndefined();
  });
});
