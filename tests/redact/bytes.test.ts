import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRedactor, type RedactOptions, type Redactor } from "../../lib/redact/mod.ts";
import { fragments } from "./fragments.ts";
import { samples } from "./samples.ts";

const optionSets: RedactOptions[] = [
  {},
  { env: { API_KEY: 'quo"ted\\secret', MY_TOKEN: "geheim-größe-漢字", DB_PASSWORD: "8305711294" } },
  { env: { SHORT_SECRET: "漢字漢字漢字漢字ab" }, keys: ["ssn", "customerNumber", "token of"] },
  { rules: [{ name: "acme", pattern: /acme"[a-z]{4}/, anchors: ['acme"'] }] },
  { rules: [{ name: "wide", pattern: /größe\d/, anchors: ["größe"] }] },
  { rules: [{ name: "none", pattern: /zz\d+/ }] },
];
const redactors = optionSets.map((options) => createRedactor(options));
const secrets = optionSets.flatMap(({ env }) => Object.values(env ?? {}) as string[]);

/** A redactor's look at a value's JSON in the midst of other bytes. */
function mayHold(redactor: Redactor, value: unknown): boolean {
  const bytes = new TextEncoder().encode(`"x":${JSON.stringify(value)},`);
  return redactor.mayHoldSecretIn!(bytes, 4, bytes.length - 1);
}

function expectSuperset(value: unknown): number {
  let found = 0;
  for (const redactor of redactors) {
    if (redactor.value(value) === value) continue;
    found++;
    expect(mayHold(redactor, value), JSON.stringify(value)).toBe(true);
  }
  return found;
}

describe("Redactor.mayHoldSecretIn", () => {
  test("says yes to the JSON of every value in which any rule finds a secret", () => {
    const text = fc.oneof(
      fragments(),
      fc.constantFrom(...secrets, 'acme"abcd', "größe7", "zz12", "SSN", "token of", "api key"),
      fc.constantFrom("token", "the token is", "--token abc1", "x_token", "token ", "-token a1b2"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const joined = fc.array(text, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
    const nested = joined.map((inner) => JSON.stringify({ inner }));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        joined,
        nested,
        fc.constantFrom<unknown>(8305711294, 8305711294.5, true, null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(joined, tie("value"), { maxKeys: 3 }),
        fc.record({ user: joined, pass: tie("value"), name: joined, value: tie("value") }),
      ),
    }));
    let found = 0;
    fc.assert(fc.property(value, (any) => void (found += expectSuperset(any))), { numRuns: 600 });
    expect(found).toBeGreaterThan(200);
  });

  test("says yes to every rule's sample, in whatever text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.string(), (seed, around) => {
        for (const { text } of samples(seed)) {
          expect(mayHold(redactors[0]!, `${around} ${text} ${around}`), text).toBe(true);
          expect(mayHold(redactors[0]!, { [text]: around }), text).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("says no to most ordinary texts", () => {
    const [redactor] = redactors as [Redactor];
    for (
      const text of [
        "Model gpt-5-mini answered with 686 tokens",
        "the token of the lock is asked for",
        "Read src/checkout/cart_12.ts",
        "größer als 漢字",
      ]
    ) expect(mayHold(redactor, { text, input_tokens: 5 }), text).toBe(false);
    expect(mayHold(createRedactor({ enabled: false }), { password: "hunter22" })).toBe(false);
    expect(mayHold(redactors[5]!, "")).toBe(true);
  });
});
