import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inSession } from "../../../lib/bundle/address.ts";
import {
  addressLengthMax,
  href,
  navigate,
  openKey,
  openSession,
  parseRoute,
  route,
  setParams,
} from "../../../report/state/route.ts";

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });

describe("parseRoute", () => {
  test("parseRoute undoes href for any view, key and parameters", () => {
    fc.assert(
      fc.property(
        word,
        fc.option(word),
        fc.dictionary(word, word, { noNullPrototype: false }),
        (view, key, params) => {
          const parsed = parseRoute(href(view, key, params));
          expect(parsed.view).toBe(view);
          expect(parsed.key).toBe(key);
          expect({ ...parsed.params }).toEqual({ ...params });
        },
      ),
    );
  });

  test("parseRoute keeps slashes, percent signs and question marks of a key", () => {
    const key = "logs/errors/100%?x=1#y.json";
    expect(parseRoute(href("errors", key)).key).toBe(key);
  });

  test("parseRoute takes an empty, damaged or endless address without failing", () => {
    expect(parseRoute("").view).toBe("overview");
    expect(parseRoute("#/").view).toBe("overview");
    expect(parseRoute("#/logs/%E0%A4%A").key).toBe("%E0%A4%A");
    expect(parseRoute(`#/${"x".repeat(addressLengthMax)}`).view).toBe("overview");
  });

  test("parseRoute keeps a parameter called __proto__ a plain one", () => {
    const { params } = parseRoute("#/logs?__proto__=x");
    expect(params["__proto__"]).toBe("x");
    expect(Object.prototype).not.toHaveProperty("x");
  });
});

describe("href", () => {
  test("href orders parameters, so that equal filters are equal links", () => {
    expect(href("logs", null, { b: "2", a: "1" })).toBe(href("logs", null, { a: "1", b: "2" }));
  });

  test("href leaves out what is empty", () => {
    expect(href("logs", "", { q: "", level: null })).toBe("#/logs");
  });
});

describe("an address of several sessions", () => {
  test("parseRoute undoes inSession for any session", () => {
    fc.assert(fc.property(word, word, word, (session, view, key) => {
      const parsed = parseRoute(inSession(session, href(view, key, { q: "x" })));
      expect(parsed).toMatchObject({ session, view, key, params: { q: "x" } });
    }));
    expect(parseRoute("#/@a/")).toMatchObject({ session: "a", view: "overview", key: null });
    expect(parseRoute("#/@a?q=1")).toMatchObject({ session: "a", params: { q: "1" } });
  });

  test("links stay in the session that is open, until the way home", () => {
    openSession("s 1");
    navigate("logs", "3");
    expect(route.value).toMatchObject({ session: "s 1", view: "logs", key: "3" });
    expect(href("errors")).toBe("#/@s%201/errors");
  });
});

describe("route", () => {
  test("route follows navigate, openKey and setParams, and filters survive opening a record", () => {
    navigate("logs", null, { level: "ERROR" });
    openKey("12");
    expect(route.value).toMatchObject({ view: "logs", key: "12", params: { level: "ERROR" } });
    setParams({ q: "timeout", level: null });
    expect(route.value).toMatchObject({ view: "logs", key: "12", params: { q: "timeout" } });
    openKey(null);
    expect(route.value.key).toBeNull();
  });
});
