import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { createRedactor, redactJsonText, valueDepthMax } from "../../lib/redact/mod.ts";
import { ordinaryTexts } from "./corpus.ts";
import { fragments } from "./fragments.ts";
import { randomText, samples } from "./samples.ts";

const redact = (text: string): string => redactJsonText(createRedactor(), text);

describe("redactJsonText", () => {
  test("changes nothing but the secret", () => {
    const text = '{ "b": 1.0, "2": 1e400, "1": 12345678901234567890,\t"s": "\\/\\u00e9",\n' +
      '  "password": {"old": ["correct horse", 1.50]}, "b": 2.0 }';
    const result = redact(text);
    expect(result).not.toContain("horse");
    expect(
      result.replace(/\[REDACTED:key:[0-9a-f]{4}\]/, "correct horse").replace(
        /"\[REDACTED:key:[0-9a-f]{4}\]"/,
        "1.50",
      ),
    ).toBe(text);
  });

  test("finds what escapes hide, also in keys and in values that a later key replaces", () => {
    const secret = `ghp_${randomText(3)(36)}`;
    const escaped = [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
    for (
      const text of [
        `{"a":"${escaped}"}`,
        `{"${escaped}":1}`,
        `{"pass\\u0077ord":{"x":"hunter22"}}`,
        `{"a":"${escaped}","a":"${escaped}","b":"x"}`,
        `["${escaped}"]`,
        `"${escaped}"`,
        `{"__proto__":{"password":{"x":"hunter22"}},"1":"${escaped}"}`,
      ]
    ) {
      const parsed = JSON.stringify(JSON.parse(redact(text)));
      expect(parsed, text).toContain("[REDACTED:");
      expect(redact(text), text).not.toMatch(/hunter22|\\u0067\\u0068/);
      expect(parsed, text).not.toContain(secret);
    }
  });

  test("hides a number that the environment holds as a secret, wherever it stands", () => {
    const redactor = createRedactor({ env: { CARD_SECRET: "4929123412341234" } });
    const result = redactJsonText(redactor, '{"n":4929123412341234,"m":[492912341234123, 1]}');
    expect(result).toMatch(/^\{"n":"\[REDACTED:env:....\]","m":\[492912341234123, 1\]\}$/);
  });

  test("keeps ASCII text ASCII", () => {
    const result = redact('{"m":"caf\\u00e9 password=hunter22x"}');
    expect(result).toMatch(/^\{"m":"caf\\u00e9 password=\[REDACTED:key:....\]"\}$/);
  });

  test("redacts what is no JSON, or nested too deep, as text", () => {
    const secret = `ghp_${randomText(3)(36)}`;
    expect(redact(`{"a":"${secret}`)).toMatch(/^\{"a":"\[REDACTED:github:....\]$/);
    const deep = "[".repeat(valueDepthMax + 1) + `"${secret}"` + "]".repeat(valueDepthMax + 1);
    expect(redact(deep)).toMatch(/^\[{201}"\[REDACTED:github:....\]"\]{201}$/);
  });

  test.each(ordinaryTexts)("leaves ordinary text as it is: %s", (text) => {
    expect(redact(text)).toBe(text);
    const json = JSON.stringify({ text, list: [text, { text }] }, null, 2);
    expect(redact(json)).toBe(json);
  });

  test("lets no planted secret survive, keeps JSON, and finds nothing in its own result", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.jsonValue(),
        fragments(),
        fc.constantFrom(0, 2),
        (seed, noise, part, blanks) => {
          const secrets = samples(seed).map((sample) => sample.text);
          const value = { noise, [part]: part, secrets, apiKey: { of: ["k-1", noise] } };
          const text = JSON.stringify(value, null, blanks);
          const result = redact(text);
          const { secrets: hidden, apiKey } = JSON.parse(result);
          const parsed = JSON.stringify([hidden, apiKey]);
          for (const { secret } of samples(seed)) {
            expect(parsed).not.toContain(JSON.stringify(secret).slice(1, -1));
          }
          expect(redact(result)).toBe(result);
        },
      ),
      { numRuns: 200 },
    );
  });
});
