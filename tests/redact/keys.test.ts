import { describe, expect, test } from "vitest";
import { createRedactor, isMarker } from "../../lib/redact/mod.ts";
import { randomText } from "./samples.ts";

describe("Redactor.text with keys", () => {
  const hidden: [text: string, secret: string][] = [
    ['{"api_key": "abc def"}', "abc def"],
    ['{"password":"p\\"w\\\\x"}', 'p\\"w\\\\x'],
    ['{\\"password\\":\\"a \\\\\\"b\\\\\\" c\\"}', 'a \\\\\\"b\\\\\\" c'],
    ["{'client_secret': 'Zm9v'}", "Zm9v"],
    ["login failed user=bob password=swordfish retry=3", "swordfish"],
    ["DB_PASSWORD=swordfish", "swordfish"],
    ["https://x.example/cb?access_token=abcdef&state=1", "abcdef"],
    ["Server=db;User=sa;Password=grimoire;Encrypt=1", "grimoire"],
    ["X-Api-Key: 0a1b2c3d4e5f", "0a1b2c3d4e5f"],
    ["password: hunter22", "hunter22"],
    ["Authorization: Token 0a1b2c3d4e5f", "0a1b2c3d4e5f"],
    ['curl -H "Cookie: sid=4f5e6d; theme=dark"', "sid=4f5e6d; theme=dark"],
    ["deploy --password s3cret! --force", "s3cret!"],
    ["deploy --api-key=s3cret! --force", "s3cret!"],
    ['const apiKey = "k3y-for-tests-only";', "k3y-for-tests-only"],
    ['password = "correct horse"', "correct horse"],
    ['{"password": 123456}', "123456"],
    ['{"cookies": ["sid=1"]}', "sid=1"],
    ['{"password": {"old": "a b", "n": 1}, "x": "y"}', "a b"],
    ['{\\"secret\\":{\\"in\\":[1,\\"a b\\"]},\\"x\\":\\"y\\"}', "a b"],
    ['{"password": {"cut": "off in the mid', "off in the mid"],
    ['{"password": "cut off in the mid', "cut off in the mid"],
    ["headers['x-api-key'] = 'abcdef12'", "abcdef12"],
    ['{"Ocp-Apim-Subscription-Key": "0a1b2c3d"}', "0a1b2c3d"],
    ['{"passcode": "open sesame", "n": 1}', "open sesame"],
    ['{"passwordConfirmation": "a b c", "n": 1}', "a b c"],
    ['{"seed_phrase": "one two three", "n": 1}', "one two three"],
    ["HMAC_KEY=grimoire", "grimoire"],
  ];
  test.each(hidden)("hides the whole value in %s", (text, secret) => {
    const result = createRedactor().text(text);
    expect(result).not.toContain(secret);
    const [before, after] = [
      text.slice(0, text.indexOf(secret)),
      text.slice(text.indexOf(secret) + secret.length),
    ];
    expect(result.replace(/"?\[REDACTED:key:[0-9a-f]{4}\]"?/, "§")).toContain("§");
    expect(result.startsWith(before)).toBe(true);
    expect(result.endsWith(after.slice(-4))).toBe(true);
  });

  test("takes further keys, and leaves allowed ones", () => {
    const redactor = createRedactor({
      keys: ["socialSecurityNumber"],
      allow: ["session_token", "abc123xyz"],
    });
    expect(redactor.text('{"social_security_number":"078-05-1120"}')).toMatch(/:"\[REDACTED:key:/);
    expect(redactor.value({ SocialSecurityNumber: 78051120 })).toEqual({
      SocialSecurityNumber: expect.stringMatching(/^\[REDACTED:key:/),
    });
    expect(redactor.text('{"session_token":"s-1"}')).toBe('{"session_token":"s-1"}');
    expect(redactor.value({ password: "abc123xyz" })).toEqual({ password: "abc123xyz" });
    expect(() => createRedactor({ keys: ["id"] })).toThrow(RangeError);
  });
});

describe("Redactor.text with rules of the caller", () => {
  const rule = { name: "acme", pattern: /acme-(?<secret>[a-z0-9]{12})/, anchors: ["acme-"] };

  test("replaces every match, or its group, and counts it", () => {
    const redactor = createRedactor({ rules: [rule] });
    expect(redactor.text("acme-0123456789ab, acme-0123456789ab")).toMatch(
      /^acme-\[REDACTED:acme:(....)\], acme-\[REDACTED:acme:\1\]$/,
    );
    expect(redactor.counts()).toEqual({ acme: 2 });
    expect(redactor.mayHoldSecret("ACME-")).toBe(true);
    expect(redactor.mayHoldSecret("acm")).toBe(false);
  });

  test("runs without anchors on every text, and never inside of a marker", () => {
    const redactor = createRedactor({ rules: [{ name: "any", pattern: /[A-Za-z]*/ }] });
    const once = redactor.text("ab 1 password=hunter22 cd");
    expect(once).not.toMatch(/ab|cd|hunter/);
    expect(redactor.text(once)).toBe(once);
    expect(redactor.mayHoldSecret("1")).toBe(true);
    expect(redactor.value({ 1: ["x"] })).toEqual({
      1: [expect.stringMatching(/^\[REDACTED:any:/)],
    });
  });

  test("refuses names and anchors that cannot work", () => {
    expect(() => createRedactor({ rules: [{ ...rule, name: "A b" }] })).toThrow(RangeError);
    expect(() => createRedactor({ rules: [{ ...rule, anchors: ["ab"] }] })).toThrow(RangeError);
  });
});

describe("Redactor with headers", () => {
  const secret = "sid=4f5e6d; n=1";
  test.each(["Authorization", "cookie", "Set-Cookie", "x-api-key", "Proxy-Authorization"])(
    "hides %s in objects, pairs, maps and text",
    (name) => {
      const forms: unknown[] = [
        { headers: { [name]: secret } },
        { headers: { [name]: [secret] } },
        { headers: [[name, secret], ["accept", "a=1"]] },
        { headers: [{ name, value: secret }] },
        new Map([[name, secret]]),
        { raw: `GET / HTTP/1.1\r\n${name}: ${secret.slice(0, 10)}\r\nAccept: a=1\r\n` },
      ];
      for (const form of forms) {
        const result = JSON.stringify(createRedactor().value(form));
        expect(result, JSON.stringify(form)).not.toContain("4f5e6d");
        if (result.toLowerCase().includes("accept")) expect(result).toContain("a=1");
      }
    },
  );

  test("leaves lists of names and fields without a secret", () => {
    const value = { fields: ["password", "username"], inputs: [{ name: "page", value: "12" }] };
    expect(createRedactor().value(value)).toBe(value);
  });
});

describe("Redactor.text with the environment", () => {
  const env = {
    PATH: "/usr/local/bin:/usr/bin",
    PWD: "/home/ada/shop",
    HOME: "/home/ada",
    SSH_AUTH_SOCK: "/run/user/1000/keyring/ssh",
    KEY_FILE: "/etc/ssl/private.pem",
    OPENAI_API_KEY: "local-dev-key",
    SHOP_PASSWORD: 'qu"ote d&p',
    SHORT_SECRET: "abc",
    FEATURE_TOKEN: "production",
    MAX_TOKENS: "12345678901",
    PORT_KEY: "8080",
    EMPTY_KEY: undefined,
  };

  test("hides values of secret names, however they are encoded", () => {
    const redactor = createRedactor({ env });
    const value = env.SHOP_PASSWORD;
    for (const form of [value, JSON.stringify(value), encodeURIComponent(value), btoa(value)]) {
      const result = redactor.text(`<${form}>`);
      expect(result).toContain("[REDACTED:env:");
      expect(result).not.toContain("ote");
    }
    const hash = (text: string): string => /:([0-9a-f]{4})\]/.exec(redactor.text(text))![1]!;
    expect(hash(value)).toBe(hash(encodeURIComponent(value)));
    expect(redactor.text("with local-dev-key in it")).toMatch(/^with \[REDACTED:env:....\] in it$/);
  });

  test("leaves other variables, paths, short and trivial values", () => {
    const redactor = createRedactor({ env });
    for (
      const name of [
        "PATH",
        "PWD",
        "HOME",
        "SSH_AUTH_SOCK",
        "KEY_FILE",
        "SHORT_SECRET",
        "FEATURE_TOKEN",
        "MAX_TOKENS",
        "PORT_KEY",
      ] as const
    ) {
      expect(redactor.text(`is ${env[name]} here`), name).toBe(`is ${env[name]} here`);
    }
  });

  test("does not look into its own markers", () => {
    const redactor = createRedactor({ env: { A_SECRET: "REDACTED", B_SECRET: "hugging-face" } });
    const text = redactor.text(`hf_${randomText(9)(34)}`);
    expect(isMarker(text)).toBe(true);
    expect(redactor.text(text)).toBe(text);
  });
});
