import { describe, expect, test } from "vitest";
import { cpuMsOf } from "../helpers/cpu_time.ts";
import fc from "fast-check";
import { createRedactor, redactGrowing, type Redactor } from "../../lib/redact/mod.ts";
import { samples } from "./samples.ts";

const words = "The quick brown fox wrote 14 files and took 35 ms for it. ";

/** As much of a secret as may be seen: a public prefix, a word. */
const seenMax = 4;

/** What may be written down after each character of a text. */
function* growing(redactor: Redactor, text: string): Generator<string> {
  for (let end = 1; end <= text.length; end++) yield redactGrowing(redactor, text.slice(0, end));
}

/** The longest beginning of a secret that a text holds, where that is longer than allowed. */
function seen(shown: string, secret: string): string {
  const text = shown.replaceAll(/\[REDACTED:[^\]]*\]/g, "[]");
  let length = seenMax;
  while (length < secret.length && text.includes(secret.slice(0, length + 1))) length++;
  return length > seenMax ? secret.slice(0, length) : "";
}

/** Secrets with blanks, in all places where text holds them. */
const spaced: [name: string, secret: string, text: string][] = [
  [
    "a quoted assignment",
    "correct horse battery staple",
    'password = "correct horse battery staple"',
  ],
  ["a JSON member", "correct horse battery staple", '{"password": "correct horse battery staple"}'],
  ["JSON in JSON", "correct horse battery", '"{\\"password\\": \\"correct horse battery\\"}"'],
  ["a list", "battery staple", '{"passwords": ["correct horse", "battery staple"], "a": 1}'],
  ["an object", "battery staple", '{"secret": {"old": "correct horse", "new": "battery staple"}}'],
  ["a cookie", "sid=abc123; cart=77aa", "Cookie: sid=abc123; cart=77aa\n"],
  [
    "a signed header",
    "Signature=fe5f80f77d5fa3beca038a248ff027d0",
    "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE7/x, SignedHeaders=host, " +
    "Signature=fe5f80f77d5fa3beca038a248ff027d0\n",
  ],
];

const body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
const keys: [name: string, secret: string, text: string][] = [
  [
    "a key",
    `${body}\n${body}`,
    `-----BEGIN PRIVATE KEY-----\n${body}\n${body}\n-----END PRIVATE KEY-----`,
  ],
  [
    "an encrypted key, with headers",
    `${body}\n${body}`,
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C3D\n\n" +
    `${body}\n${body}\n-----END RSA PRIVATE KEY-----`,
  ],
  [
    "a key in JSON",
    body,
    `{"k": "-----BEGIN RSA PRIVATE KEY-----\\n${body}\\n${body}\\n-----END RSA PRIVATE KEY-----"}`,
  ],
];

describe("redactGrowing", () => {
  test("never shows the beginning of a token, whatever its form", () => {
    const redactor = createRedactor();
    for (const { rule, secret, text } of samples(77)) {
      if (rule === "private-key") continue; // its first line is no secret; see below
      for (const shown of growing(redactor, `${words}${text} ${words}`)) {
        expect([rule, seen(shown, secret)]).toEqual([rule, ""]);
      }
      expect(redactGrowing(redactor, `${words}${text} ${words}`)).toContain("[REDACTED:");
    }
  }, 60_000);

  test.each([...spaced, ...keys])("never shows a part of %s", (name, secret, text) => {
    const redactor = createRedactor();
    for (const shown of growing(redactor, `${words}${text} ${words}`)) {
      expect(seen(shown, secret)).toBe("");
      // Nor marks of parts of it, whose hashes would tell it word by word.
      const marks = shown.match(/\[REDACTED:[^\]]*\]/g) ?? [];
      const final = redactor.text(`${text} ${words}`).match(/\[REDACTED:[^\]]*\]/g) ?? [];
      // The name of a header's scheme looks like its value, until that comes.
      if (name !== "a signed header") { for (const mark of marks) expect(final).toContain(mark); }
    }
  });

  test("never shows the beginning of a secret of the environment, blanks or not", () => {
    const secret = fc.array(
      fc.constantFrom(
        "correct",
        "horse",
        "a",
        "7tz",
        "größe",
        "密码",
        '"quoted"',
        "\\back",
        "<b>&",
      ),
      { minLength: 2, maxLength: 6 },
    ).map((parts) => parts.join(" ")).filter((text) => text.length >= 10);
    const forms: ((text: string) => string)[] = [
      (text) => text,
      (text) => JSON.stringify(text).slice(1, -1),
      (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
      (text) =>
        text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
          .replaceAll('"', "&quot;"),
    ];
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(...forms),
        fc.constantFrom("use ", "密码是", ""),
        (...given) => {
          const [value, form, before] = given;
          const redactor = createRedactor({ env: { SHOP_PASSWORD: value } });
          const text = `${words}${before}${form(value)} ${words}`;
          for (const shown of growing(redactor, text)) expect(seen(shown, form(value))).toBe("");
          expect(redactGrowing(redactor, text)).toContain("[REDACTED:env:");
        },
      ),
      { numRuns: 100 },
    );
  });

  test("shows nothing near the end where a caller's own rule may match anything", () => {
    const rules = [{ name: "acme", pattern: /acme: (?<secret>\w+ \w+)/ }];
    const redactor = createRedactor({ rules });
    for (const shown of growing(redactor, `${words}acme: alpha beta ${words}`)) {
      expect(shown).toBe("");
    }
    const long = `acme: alpha beta ${words.repeat(200)}`;
    expect(redactGrowing(redactor, long)).toMatch(/^acme: \[REDACTED:acme:....\] The quick/);
  });

  test("shows ordinary text but for its last word, also of scripts without blanks", () => {
    const redactor = createRedactor({ env: { SHOP_PASSWORD: "correct horse battery" } });
    expect(redactGrowing(redactor, "one two thr")).toBe("one two ");
    expect(redactGrowing(redactor, "don't stop now ")).toBe("don't stop now ");
    expect(redactGrowing(redactor, "key: 'a b ")).toBe("");
    expect(redactGrowing(redactor, "key: 'a b' and ")).toBe("key: 'a b' and ");
    expect(redactGrowing(redactor, "修改已经完成。接下来运行test")).toBe(
      "修改已经完成。接下来运行",
    );
    expect(redactGrowing(redactor, "使用password=密码一二")).toBe("");
    expect(redactGrowing(redactor, "the correct horse b")).toBe("the ");
    expect(redactGrowing(redactor, "the correct horse is ")).toBe("the correct horse is ");
    expect(redactGrowing(redactor, "it: 'tis ".padEnd(9000, "the season "))).toContain("'tis the");
  });

  test("takes time in proportion to the text, with no place to cut, too", () => {
    const redactor = createRedactor();
    for (const piece of ["x", "x ", "日", '{"a":', ": '", "-----BEGIN ", "password="]) {
      const text = piece.repeat(2_000_000 / piece.length);
      expect(cpuMsOf(() => redactGrowing(redactor, text)), piece).toBeLessThan(4000);
    }
  }, 60_000);
});
