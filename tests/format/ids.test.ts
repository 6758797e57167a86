import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  check,
  isSessionId,
  isTraceId,
  logLineSchema,
  makeSessionId,
  makeTraceId,
  recordKinds,
  sessionIdBytesMax,
  sessionIdTime,
} from "../../lib/format/mod.ts";

const time = Date.UTC(2025, 10, 18, 8, 14, 17, 585);
const unsafe = [
  "",
  ".",
  "..",
  "../x",
  "..\\x",
  "a/b",
  "/a",
  "a\\b",
  ".hidden",
  "-option",
  "a\u0000b",
  "a\nb",
  "a\n",
  "a b",
  "a:b",
  "a*",
  "%2e%2e",
  "\u202ea",
  "C:",
];

describe("isTraceId", () => {
  test.each(["tr_20251118081417_abc123", "tr_abc", "001", "a", "A.b-c_d", "a..b", "x".repeat(128)])(
    "accepts %s",
    (id) => expect(isTraceId(id)).toBe(true),
  );

  test.each([...unsafe, "_a", "x".repeat(129), "x".repeat(200), "größe", "tr_漢字", null, 7, [
    "a",
  ]])(
    "refuses %j",
    (id) => expect(isTraceId(id)).toBe(false),
  );
});

describe("isSessionId", () => {
  test.each([
    "v1-6-quality-20251116T182456Z-2357",
    "größe-漢字-20251116T042901Z-28b7",
    "honk-xyz",
    "_private",
    "a.b",
    "x".repeat(255),
    "漢".repeat(85),
  ])("accepts %s", (id) => expect(isSessionId(id)).toBe(true));

  test.each([...unsafe, "x".repeat(256), "漢".repeat(86), "\u0301a", "😀", "\ud800", null, {}])(
    "refuses %j",
    (id) => expect(isSessionId(id)).toBe(false),
  );

  test.each(unsafe)("the schema refuses %j too", (session_id) => {
    const line = { ...recordKinds.log_line.example, session_id };
    expect(check(logLineSchema, line).map(({ path }) => path)).toEqual(["session_id"]);
  });
});

describe("makeTraceId", () => {
  test("writes the moment in UTC and the digits", () => {
    expect(makeTraceId(time, "abc123")).toBe("tr_20251118081417_abc123");
  });

  test.each([[NaN, "abc123"], [9e15, "abc123"], [time, "abc12"], [time, "ABC123"], [
    time,
    "../..x",
  ]])(
    "refuses %d with %j",
    (moment, hex) => expect(() => makeTraceId(moment, hex)).toThrow(RangeError),
  );
});

describe("makeSessionId", () => {
  test.each([
    ["v1.6 quality", "v1-6-quality"],
    ["Größe  der_漢字!", "größe-der-漢字"],
    ["../../etc", "etc"],
    ["", "session"],
    [" -- ", "session"],
    ["e\u0301te\u0301", "e-te"],
    ["A".repeat(200), "a".repeat(80)],
    ["a".repeat(79) + " b", "a".repeat(79)],
    ["😀 ok \ud800", "ok"],
  ])("turns %j into the slug %s", (name, slug) => {
    expect(makeSessionId(name, time, "28b7")).toBe(`${slug}-20251118T081417Z-28b7`);
  });

  test("always gives an id that is safe, short enough, and knows its moment", () => {
    const name = fc.string({ unit: "binary", maxLength: 300 });
    const wide = fc.array(fc.constantFrom("𠀀", "𝒜", "é", "x", " ")).map((part) => part.join(""));
    fc.assert(fc.property(fc.oneof(name, wide), fc.integer({ min: 0, max: 4e12 }), (text, at) => {
      const id = makeSessionId(text, at, "0000");
      expect(isSessionId(id)).toBe(true);
      expect(sessionIdTime(id)).toBe(Math.floor(at / 1000) * 1000);
    }));
    expect(new TextEncoder().encode(makeSessionId("𠀀".repeat(80), time, "0000")).length)
      .toBeLessThanOrEqual(sessionIdBytesMax);
  });

  test("refuses digits that are not four of hexadecimal", () => {
    expect(() => makeSessionId("a", time, "x/..")).toThrow("expected 4 lower-case hexadecimal");
  });
});

describe("sessionIdTime", () => {
  test("reads the moment after any slug", () => {
    expect(sessionIdTime("a-20251116T182456Z-b-20251118T081417Z-2357")).toBe(time - 585);
  });

  test.each([
    "honk-xyz",
    "a-20251331T000000Z-2357",
    "a-20250230T000000Z-2357",
    "a-20251118T250000Z-2357",
  ])(
    "finds none in %s",
    (id) => expect(sessionIdTime(id)).toBeUndefined(),
  );
});
