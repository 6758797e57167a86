import { describe, expect, test } from "vitest";
import { goodId, makeHome } from "../cli/homes.ts";
import { recordedSession } from "../cli/recorded_home.ts";
import { serve } from "./served.ts";

const home = () => makeHome({ [goodId]: recordedSession(goodId) });

describe("the guard", () => {
  test.each([
    ["evil.example", 403],
    ["evil.example:8000", 403],
    ["localhost.evil.example", 403],
    ["127.0.0.1.nip.io", 403],
    ["192.168.0.1:8000", 403],
    ["localhost", 200],
    ["LOCALHOST:8000", 200],
    ["127.0.0.1:1", 200],
    ["[::1]:8000", 200],
  ])("host %s: %d", async (host, status) => {
    const served = await serve(home());
    for (const path of ["/api/sessions", "/", "/nothing"]) {
      const answer = await served.ask(path, { headers: { host } });
      if (status === 403) expect(answer.status).toBe(403);
      else expect(answer.status).not.toBe(403);
      expect(answer.text.includes(goodId) && status === 403).toBe(false);
    }
  });

  test("pages of other origins cannot read answers; those that are named can", async () => {
    const served = await serve(home(), { corsOrigins: ["https://tools.example"] });
    for (
      const [origin, isAllowed] of [
        ["http://localhost:3000", true],
        ["https://tools.example", true],
        ["http://localhost:3001", false],
        ["https://tools.example.evil", false],
        ["null", false],
      ] as const
    ) {
      const answer = await served.ask("/api/sessions", { headers: { origin } });
      expect(answer.headers["access-control-allow-origin"]).toBe(isAllowed ? origin : undefined);
      expect(answer.headers["vary"]).toContain("Origin");
      const preflight = await served.ask("/api/sessions", {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "GET" },
      });
      expect([preflight.status, preflight.text]).toEqual([204, ""]);
      expect(preflight.headers["access-control-allow-origin"]).toBe(isAllowed ? origin : undefined);
      expect(preflight.headers["access-control-allow-methods"]).toBe(
        isAllowed ? "GET, HEAD, OPTIONS" : undefined,
      );
    }
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s is not answered anywhere", async (method) => {
    const served = await serve(home());
    for (const path of ["/api/sessions", `/api/sessions/${goodId}`, "/", "/nothing"]) {
      const answer = await served.ask(path, { method });
      expect(answer.status).toBe(405);
      expect(answer.headers["allow"]).toBe("GET, HEAD, OPTIONS");
    }
  });

  test("what is too large is refused", async () => {
    const served = await serve(home());
    expect((await served.ask(`/api/sessions?x=${"a".repeat(8200)}`)).status).toBe(414);
    expect((await served.ask(`/${"a".repeat(8200)}`)).status).toBe(414);
    expect((await served.ask("/api/sessions", { headers: { "x-a": "a".repeat(17_000) } })).status)
      .toBe(431);
    const huge = await served.send(
      `GET /api/sessions HTTP/1.1\r\nHost: localhost\r\nX-A: ${"a".repeat(200_000)}\r\n\r\n`,
    );
    expect(huge).not.toContain(goodId);
    expect((await served.ask("/api/sessions")).status).toBe(200);
  });

  test("malformed requests are refused, and the server goes on", async () => {
    const served = await serve(home());
    const end = "Connection: close\r\n\r\n";
    for (
      const bytes of [
        "nonsense\r\n\r\n",
        `GET /api/sessions HTTP/1.1\r\n${end}`,
        `GET /api/sessions HTTP/1.0\r\n${end}`,
        `GET http://evil.example/api/sessions HTTP/1.1\r\nHost: evil.example\r\n${end}`,
        `GET //evil.example/api/sessions HTTP/1.1\r\nHost: evil.example\r\n${end}`,
        `GET /api/sessions HTTP/1.1\r\nHost: a b\r\n${end}`,
        `GET /api/sessions HTTP/1.1\r\nHost: localhost@evil.example\r\n${end}`,
        `GET /api/sessions/%00%ff%zz/logs HTTP/1.1\r\nHost: localhost\r\n${end}`,
        `GET /\x01\x02 HTTP/1.1\r\nHost: localhost\r\n${end}`,
        `TRACE /api/sessions HTTP/1.1\r\nHost: localhost\r\n${end}`,
      ]
    ) {
      const answer = await served.send(bytes);
      expect(answer).not.toContain(`"session":"${goodId}"`);
      expect(answer).not.toMatch(/^HTTP\/1.1 (?:200|500)/);
    }
    expect((await served.ask("/api/sessions")).status).toBe(200);
  }, 60_000);

  test("a fault of the server names no path", async () => {
    const served = await serve(home(), {
      devStatus: () => Promise.reject(new Error("ENOENT /home/secret/place")),
    });
    const answer = await served.ask("/api/dev/status");
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("secret");
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  });

  test("the page keeps its policy where it is as the browser has it", async () => {
    const served = await serve(home());
    const page = await served.ask("/");
    const again = await served.ask("/", { headers: { "if-none-match": page.headers["etag"]! } });
    expect([page.status, again.status]).toEqual([200, 304]);
    const policy = page.headers["content-security-policy"];
    expect(policy).toContain("script-src 'sha256-");
    expect(again.headers["content-security-policy"]).toBe(policy);
    const packed = await served.ask("/", { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-security-policy": policy,
    });
    for (const accepted of ["identity", "gzip;q=0", "br"]) {
      const plain = await served.ask("/", { headers: { "accept-encoding": accepted } });
      expect([plain.headers["content-encoding"], plain.text]).toEqual([undefined, page.text]);
    }
  });

  test("what is not there is a problem in words", async () => {
    const served = await serve(home());
    const answer = await served.ask("/api/nothing?token=abc");
    expect(answer.status).toBe(404);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json).toMatchObject({ status: 404, title: "Not found" });
    expect(answer.text).not.toContain("abc");
  });
});

describe("a server with a token", () => {
  const token = "correct-horse";

  test("answers nobody without it", async () => {
    const served = await serve(home(), { token });
    for (
      const path of ["/api/sessions", "/", `/api/sessions/${goodId}/stream`, "/api/openapi.json"]
    ) {
      for (
        const [query, headers] of [
          ["", {}],
          ["?token=", {}],
          ["?token=wrong", {}],
          [`?token=${token}x`, {}],
          ["", { cookie: "planloop_token=wrong" }],
          ["", { cookie: `other_planloop_token=${token}` }],
          ["", { authorization: `Basic ${token}` }],
        ] as const
      ) {
        const answer = await served.ask(path + query, { headers });
        expect(answer.status).toBe(401);
        expect(answer.text).not.toContain(token);
      }
    }
  });

  test("takes it from the address, a header or the cookie that an address gives", async () => {
    const served = await serve(home(), { token });
    expect((await served.ask(`/api/sessions?token=${token}`)).status).toBe(200);
    expect(
      (await served.ask("/api/sessions", { headers: { authorization: `Bearer ${token}` } })).status,
    )
      .toBe(200);
    const entered = await served.ask(`/?token=${token}`);
    expect(entered.status).toBe(302);
    expect(entered.headers["location"]).toBe("/");
    const cookie = String(entered.headers["set-cookie"]);
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
    const [pair] = cookie.split(";");
    expect((await served.ask("/api/sessions", { headers: { cookie: `a=b; ${pair}` } })).status)
      .toBe(200);
  });

  test("does not hand it on in links", async () => {
    const served = await serve(home(), { token });
    const answer = await served.ask(`/api/sessions/${goodId}/logs?limit=1&token=${token}`);
    expect(answer.headers["link"]).toContain("cursor=1");
    expect(answer.headers["link"]).not.toContain(token);
  });
});
