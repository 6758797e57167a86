import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contextLimits, cutText, toPlain } from "../../lib/record/mod.ts";

const small = { depthMax: 3, itemsMax: 3, textLengthMax: 10, valuesMax: 50 };

describe("toPlain", () => {
  test("shows what JSON cannot hold", () => {
    function named() {}
    expect(toPlain([undefined, 12n, NaN, -Infinity, Symbol("s"), named, () => {}])).toEqual([
      "[undefined]",
      "12n",
      "[NaN]",
      "[-Infinity]",
      "[Symbol(s)]",
      "[function named]",
      "[function anonymous]",
    ]);
  });

  test("keeps maps, sets, dates, typed arrays, headers and errors readable", () => {
    const error = new TypeError("bad", { cause: new Error("why") });
    const plain = toPlain({
      map: new Map([["a", 1]]),
      pairs: new Map([[1, 2]]),
      set: new Set(["x"]),
      date: new Date(0),
      never: new Date(NaN),
      bytes: new Uint8Array([1, 2]),
      url: new URL("https://example.com/a"),
      error,
    }) as Record<string, unknown>;
    expect(plain).toMatchObject({
      map: { a: 1 },
      pairs: [[1, 2]],
      set: ["x"],
      date: "1970-01-01T00:00:00.000Z",
      never: "[invalid date]",
      bytes: "[Uint8Array of 2 bytes]",
      url: "https://example.com/a",
      error: { name: "TypeError", message: "bad", cause: { message: "why" } },
    });
  });

  test("ends cycles, and shows the same object twice where it is no cycle", () => {
    const shared = { a: 1 };
    const loop: Record<string, unknown> = { one: shared, two: shared };
    loop["self"] = loop;
    expect(toPlain(loop)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: "[circular]" });
  });

  test("survives getters, proxies and toJSON that throw", () => {
    const broken = {
      get bad(): never {
        throw new Error("no");
      },
      good: 1,
    };
    expect(toPlain(broken)).toEqual({ bad: "[getter threw: Error: no]", good: 1 });
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(toPlain({ p: revoked.proxy })).toEqual({ p: expect.stringContaining("[unreadable") });
    const json = {
      toJSON() {
        throw new RangeError("never");
      },
    };
    expect(toPlain(json)).toBe("[unreadable Object: RangeError: never]");
  });

  test("keeps __proto__ as a member and changes no prototype", () => {
    const plain = toPlain(JSON.parse('{"__proto__": {"x": 1}}')) as object;
    expect(Object.hasOwn(plain, "__proto__")).toBe(true);
    expect(JSON.stringify(plain)).toBe('{"__proto__":{"x":1}}');
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("says how much each limit cut", () => {
    expect(toPlain([1, 2, 3, 4, 5], { limits: small })).toEqual([1, 2, 3, "…(2 more)"]);
    expect(toPlain({ a: 1, b: 2, c: 3, d: 4 }, { limits: small }))
      .toEqual({ a: 1, b: 2, c: 3, "…": "(1 more)" });
    expect(toPlain("0123456789abc", { limits: small })).toBe("0123456789…(3 more)");
    expect(toPlain({ a: { b: { c: {} } } }, { limits: small }))
      .toEqual({ a: { b: { c: "…(Object, too deep)" } } });
    const many = Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => [1, 2, 3]));
    expect(JSON.stringify(toPlain(many, { limits: { ...small, valuesMax: 10 } })))
      .toContain("more)");
  });

  test("dropUndefined leaves members out as JSON does", () => {
    expect(toPlain({ a: undefined, b: 1 }, { dropUndefined: true })).toEqual({ b: 1 });
    expect(toPlain({ a: undefined, b: 1 })).toEqual({ a: "[undefined]", b: 1 });
  });

  test("negative zero becomes the zero that JSON has", () => {
    expect(Object.is(toPlain(-0), 0)).toBe(true);
  });

  test("gives JSON data for anything, and JSON data unchanged (property)", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true }), (value) => {
        const plain = toPlain(value);
        expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
      }),
    );
    const limits = { ...contextLimits, depthMax: 100, itemsMax: 1e6, valuesMax: 1e6 };
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      const same = JSON.parse(JSON.stringify(value));
      expect(toPlain(same, { limits })).toEqual(same);
    }));
  });
});

describe("cutText", () => {
  test("replaces a secret that lies across the cut before cutting", () => {
    const secret = "sk-SECRETSECRETSECRET";
    const redact = (text: string) => text.replaceAll(secret, "[R]");
    const cut = cutText(`0123456${secret} and more text`, 12, redact);
    expect(cut).not.toContain("sk-");
    expect(cut).toMatch(/^0123456\[R\] a…\(\d+ more\)$/);
  });

  test("keeps clear of a secret that begins near the end of what it looks through", () => {
    const secret = `sk-${"S".repeat(60)}`;
    const redact = (text: string) => text.replaceAll(secret, "").replaceAll("x", "");
    const text = `${"x".repeat(4090)}${secret}${"y".repeat(5000)}`;
    expect(cutText(text, 20, redact)).not.toContain("sk-");
  });

  test("does not split a character", () => {
    expect(cutText("ab😀cd", 3)).toBe("ab…(4 more)");
  });
});

test("toPlain keeps two long keys that become the same when they are cut", () => {
  const long = "k".repeat(50);
  const limits = { ...contextLimits, textLengthMax: 8 };
  expect(toPlain({ [`${long}a`]: 1, [`${long}b`]: 2, short: 3 }, { limits })).toEqual({
    "kkkkkkkk…(43 more)": 1,
    "kkkkkkkk…(43 more) (2)": 2,
    short: 3,
  });
});
