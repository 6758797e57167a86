import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../helpers/cpu_time.ts";
import fc from "fast-check";
import { createRedactor, redactRecord } from "../../lib/redact/mod.ts";
import { tokenPass } from "../../lib/redact/pass.ts";
import { tokenRules } from "../../lib/redact/token_rules.ts";
import { ordinaryTexts } from "./corpus.ts";
import { fragments } from "./fragments.ts";
import { randomText, samples } from "./samples.ts";

const seeds = fc.integer({ min: 1, max: 2 ** 31 });

describe("Redactor.text", () => {
  test.each(samples(7).map((sample) => [sample.rule, sample] as const))(
    "hides a token of the form %s",
    (rule, sample) => {
      const redactor = createRedactor();
      const result = redactor.text(`before ${sample.text} after`);
      expect(result).not.toContain(sample.secret);
      expect(result).toMatch(new RegExp(`\\[REDACTED:${rule}:[0-9a-f]{4}\\]`));
      expect(result.startsWith("before ")).toBe(true);
      expect(result.endsWith(" after")).toBe(true);
      expect(redactor.counts()).toEqual({ [rule]: 1 });
    },
  );

  test.each(ordinaryTexts)("leaves ordinary text as it is: %s", (text) => {
    const redactor = createRedactor();
    expect(redactor.text(text)).toBe(text);
    expect(redactor.text(JSON.stringify({ message: text }))).toBe(
      JSON.stringify({ message: text }),
    );
    expect(redactor.counts()).toEqual({});
  });

  test("hides a token after escapes, colour codes and URL encoding", () => {
    const redactor = createRedactor();
    for (const { secret, text, rule } of samples(11)) {
      if (text !== secret || rule === "private-key" || rule === "telegram") continue;
      for (const before of ["\\n", "\\u001b[31m", "\x1b[1;32m", "%3D", '"', "=", "(", "\\t"]) {
        expect(redactor.text(`line${before}${secret}`), before + secret).not.toContain(secret);
      }
    }
  });

  test("gives equal secrets equal markers, in every redactor", () => {
    const secret = `ghp_${randomText(3)(36)}`;
    const [first, second] = createRedactor().text(`${secret} ${secret}`).split(" ");
    expect(first).toBe(second);
    expect(createRedactor().text(secret)).toBe(first);
    expect(createRedactor().text(`ghp_${randomText(4)(36)}`)).not.toBe(first);
  });

  test("is idempotent on any mix of secrets, markers, keys and quotes", () => {
    fc.assert(
      fc.property(fragments(), (text) => {
        const redactor = createRedactor({
          env: { APP_SECRET: "hunter2hunter2", B_TOKEN: "REDACTED" },
        });
        const once = redactor.text(text);
        const counted = redactor.counts();
        expect(redactor.text(once)).toBe(once);
        expect(redactor.counts()).toEqual(counted);
      }),
      { numRuns: 3000 },
    );
  });

  test("keeps JSON parseable wherever a secret stood in it", () => {
    fc.assert(
      fc.property(seeds, fc.jsonValue(), fc.nat(3), (seed, noise, depth) => {
        let value: unknown = {
          noise,
          password: `p"w\\${randomText(seed)(6)}`,
          pin_secret: 271828,
          all: samples(seed).map((sample) => sample.text),
          api_keys: ["first-key-1", "second-key-2"],
        };
        for (let level = 0; level < depth; level++) value = { inner: JSON.stringify(value) };
        const result = createRedactor().text(JSON.stringify(value));
        expect(() => JSON.parse(result)).not.toThrow();
        expect(result).not.toContain("271828");
        expect(result).not.toContain("second-key-2");
        for (const { secret } of samples(seed)) {
          if (!secret.includes("\n")) expect(result).not.toContain(secret);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("takes time in proportion to the text, also for hostile text", () => {
    const redactor = createRedactor({ env: { A_KEY: "abcdefgh12345678" } });
    const pieces = [
      ...[
        "sk-ant-",
        "sk-",
        "eyJ",
        "eyJaaaaaaaaaa.",
        "-----BEGIN RSA PRIVATE KEY-----",
        "://a:",
        "a:b@",
      ],
      ...[
        "password",
        'password="',
        '\\"password\\":\\"',
        "token=",
        "Bearer ",
        "Basic ",
        "SG.",
        "xoxb-",
      ],
      ...[
        "-----BEGIN PRIVATE KEY-----AAAA",
        "1234567890:AA",
        "AKIA",
        '"',
        "\\",
        "[REDACTED:",
        "=",
        "cookie: ",
      ],
      ...["://", "https://x:y", "\\n", "authorization: ", "--token ", '"api_key":["', "\x1b[31m"],
    ];
    for (const piece of pieces) {
      const text = piece.repeat(Math.ceil(300_000 / piece.length));
      expect(cpuMsOf(() => redactor.text(text)), piece).toBeLessThan(4000);
    }
  });
});

test("createRedactor lets everything through when it is not enabled", () => {
  const redactor = createRedactor({ enabled: false, env: { A_KEY: "abcdefgh1" } });
  const value = { password: "hunter22" };
  expect(redactor.value(value)).toBe(value);
  expect(redactor.text("abcdefgh1")).toBe("abcdefgh1");
  expect(redactor.counts()).toEqual({});
});

test("redactRecord keeps a record's shape", () => {
  const record = {
    timestamp: "2025-11-18T08:14:17.585Z",
    level: "INFO",
    context: { password: "x1" },
  };
  const result = redactRecord(createRedactor(), record);
  expect(Object.keys(result)).toEqual(Object.keys(record));
  expect(result.level).toBe("INFO");
  expect(result.context.password).toMatch(/^\[REDACTED:key:/);
});

describe("tokenPass", () => {
  const rules = tokenRules.filter(({ fixed }) => fixed !== undefined);

  test("a rule with a fixed text inside finds what a search everywhere finds", () => {
    expect(rules.map(({ name }) => name).sort()).toEqual(
      ["azure-client", "azure-devops", "mailchimp", "maxmind", "terraform"],
    );
    for (const { name, pattern, fixed } of rules) {
      const { text } = samples(7).find(({ rule }) => rule === name)!;
      const pieces = [text, text.slice(1), text.slice(0, -3), text.slice(5), fixed!.text, "a", " "];
      const { run } = tokenPass({ name, anchors: [], pattern, fixed: fixed! }, mark);
      let found = 0;
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (parts) => {
          const whole = parts.join("");
          const everywhere = whole.replace(pattern, (match) => mark(name, match));
          found += everywhere.split("<").length - 1;
          expect(run(whole)).toBe(everywhere);
        }),
        { numRuns: 300 },
      );
      expect(found, name).toBeGreaterThan(20);
    }
  });
});

const mark = (rule: string, secret: string) => `<${rule} ${secret.length}>`;
