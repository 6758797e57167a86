import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { createRedactor, valueDepthMax } from "../../lib/redact/mod.ts";
import { fragments } from "./fragments.ts";
import { randomText, samples } from "./samples.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

describe("Redactor.value", () => {
  test("lets no planted secret survive in any nesting", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.jsonValue({ maxDepth: 4 }),
        fc.string(),
        fc.nat(4),
        (seed, noise, prefix, place) => {
          for (const { secret, text } of samples(seed)) {
            const planted = plant(noise, `${prefix} ${text}`, place);
            const result = JSON.stringify(createRedactor().value(planted));
            expect(result).not.toContain(JSON.stringify(secret).slice(1, -1));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("hides any value under a sensitive key, at any depth", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.nat(6),
        fc.constantFrom("password", "apiKey", "X-Auth-Token", "client_secret", "Set-Cookie"),
        (seed, depth, key) => {
          const secret = randomText(seed)(12, "abcdefghijklmnopqrstuvwxyz ");
          let value: unknown = {
            [key]: `v${secret}`,
            list: [{ [key]: [`v${secret}`] }],
            other: "kept",
          };
          for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { deep: value };
          const result = JSON.stringify(createRedactor().value(value));
          expect(result).not.toContain(secret);
          expect(result).toContain("kept");
        },
      ),
    );
  });

  test("returns the same object where nothing is secret, and never changes its argument", () => {
    const clean = { a: [1, { b: "text" }], max_tokens: 5, token: 7, at: new Date(0) };
    expect(createRedactor().value(clean)).toBe(clean);
    const secret = { kept: { x: 1 }, password: "hunter22" };
    const copy = structuredClone(secret);
    const result = createRedactor().value(secret) as typeof secret;
    expect(secret).toEqual(copy);
    expect(result.kept).toBe(secret.kept);
    expect(Object.keys(result)).toEqual(Object.keys(secret));
  });

  test("never touches numbers of token counts, and hides numeric passwords", () => {
    const counts = {
      max_tokens: 1,
      input_tokens: 2,
      token_count: 3,
      token: 4,
      tokens: 5,
      api_key: 6,
    };
    expect(createRedactor().value(counts)).toBe(counts);
    expect(createRedactor().value({ password: 1234 })).toEqual({
      password: expect.stringMatching(/^\[REDACTED:key:....\]$/),
    });
  });

  test("leaves schemas, log probabilities, placeholders and working folders", () => {
    const value = {
      properties: { password: { type: "string", description: "at least 8 characters" } },
      logprobs: [{ token: "secret", logprob: -1 }],
      token: "<your token>",
      pwd: "/home/ada",
    };
    expect(createRedactor().value(value)).toBe(value);
  });

  test("hides the values of headers in pairs, in one list, as name and value, and as Headers", () => {
    const headers = { "x-api-key": "abc123secret9", cookie: "sid=abc123secret9", accept: "a/b2" };
    const flat = Object.entries(headers).flat();
    const argv = ["deploy", "--password", "abc123secret9", "--verbose", "2"];
    const result = createRedactor().value({
      headers,
      pairs: Object.entries(headers),
      flat,
      named: Object.entries(headers).map(([name, value]) => ({ name, value })),
      keyed: Object.entries(headers).map(([key, value]) => ({ key, value })),
      argv,
    });
    const json = JSON.stringify(result);
    expect(json).not.toContain("abc123secret9");
    expect(json.match(/a\/b2/g)).toHaveLength(5);
    expect(result).toMatchObject({
      argv: ["deploy", "--password", expect.stringMatching(/^\[RED/), "--verbose", "2"],
    });
    const names = { columns: ["password", "token"], args: ["--token", "--secret", "x"] };
    expect(createRedactor().value(names)).toBe(names);
  });

  test("hides `pass` beside a user or a host, and leaves it elsewhere", () => {
    const redactor = createRedactor();
    const login = { auth: { user: "ada", pass: "correct horse" } };
    expect(JSON.stringify(redactor.value(login))).not.toContain("horse");
    expect(redactor.mayHoldSecret(JSON.stringify(login))).toBe(true);
    expect(redactor.isPlainKey?.("pass")).toBe(false);
    const build = { pass: "inline", tests: { pass: 12 } };
    expect(redactor.value(build)).toBe(build);
  });

  test("redacts keys, keeps equal ones apart, and sets no prototype", () => {
    const text = randomText(5);
    const secret = `ghp_${text(36)}`;
    const value = JSON.parse(`{"${secret}":1,"__proto__":{"password":"x1"}}`);
    const result = createRedactor().value(value) as Record<string, unknown>;
    expect(Object.keys(result)[0]).toMatch(/^\[REDACTED:github:....\]$/);
    expect(Object.hasOwn(result, "__proto__")).toBe(true);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    const marker = Object.keys(result)[0]!;
    expect(createRedactor().value({ [marker]: 1, [secret]: 2 })).toEqual({
      [marker]: 1,
      [`${marker}#2`]: 2,
    });
  });

  test("takes maps, sets, URLs, cycles and deep nesting", () => {
    const cycle: Record<string, unknown> = { password: "hunter22" };
    cycle["self"] = cycle;
    let deep: unknown = "end";
    for (let level = 0; level < valueDepthMax + 5; level++) deep = [deep];
    const result = JSON.stringify(
      createRedactor().value({
        map: new Map([["password", "hunter22"]]),
        set: new Set(["postgres://a:hunter22@db/x"]),
        url: new URL("https://a:hunter22@db.example/x"),
        cycle,
        deep,
      }),
    );
    expect(result).not.toContain("hunter22");
    expect(result).toContain("…(circular)");
    expect(result).toContain(`…(nested deeper than ${valueDepthMax})`);
  });

  test("is idempotent", () => {
    fc.assert(
      fc.property(fragments(), fragments(), (key, text) => {
        const redactor = createRedactor();
        const once = redactor.value({ [key]: text, password: text, list: [text] });
        expect(redactor.value(once)).toEqual(once);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("Redactor.mayHoldSecret", () => {
  test("is true of every text and value that would change", () => {
    const keys = [
      "pass.word",
      "API key",
      "api.key",
      "x-api-key",
      "to\u212Aen",
      'api"key',
      "Ärzte Nr",
    ];
    const part = fc.oneof(fragments(), fc.constantFrom(...keys), fc.string({ unit: "binary" }));
    let changed = 0;
    fc.assert(
      fc.property(part, part, fc.jsonValue(), (key, text, noise) => {
        const redactor = createRedactor({
          env: { APP_SECRET: 'hunter2"hunter2' },
          keys: ["ärzteNr", "Āāssn"],
        });
        const value = { [key]: text, noise, list: [{ [text]: key }] };
        const json = JSON.stringify(value);
        if (redactor.value(value) !== value) {
          changed++;
          expect(redactor.mayHoldSecret(json), json).toBe(true);
        }
        if (redactor.text(text) !== text) expect(redactor.mayHoldSecret(text), text).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(changed).toBeGreaterThan(100);
  });

  test("is false of most ordinary lines, and of all where nothing is redacted", () => {
    const redactor = createRedactor();
    expect(redactor.mayHoldSecret('{"message":"wrote 14 files","count":14}')).toBe(false);
    expect(redactor.mayHoldSecret('{"password":"hunter22"}')).toBe(true);
    expect(createRedactor({ enabled: false }).mayHoldSecret("password=hunter22")).toBe(false);
  });
});

/** Puts a text somewhere into a value. */
function plant(noise: unknown, text: string, place: number): unknown {
  switch (place) {
    case 0:
      return { noise, text };
    case 1:
      return [noise, [[{ deep: [text] }]]];
    case 2:
      return { noise, [text]: 1 };
    case 3:
      return { noise, json: JSON.stringify({ inner: JSON.stringify({ text }) }) };
    default:
      return text;
  }
}
