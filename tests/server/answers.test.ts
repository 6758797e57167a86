import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { queryRecords, sourced } from "../../lib/query/mod.ts";
import { openHome } from "../../lib/store/mod.ts";
import { openApi } from "../../server/openapi.ts";
import { goodId, makeHome, secondId, stateJson } from "../cli/homes.ts";
import { recordedSession } from "../cli/recorded_home.ts";
import { temporaryFolder } from "../cli/program.ts";
import { at, busyTrace, line } from "../query/recorded.ts";
import { all } from "../store/fixtures.ts";
import { type Answer, serve } from "./served.ts";

const kinds = [
  ["logs", "logs"],
  ["llm-calls", "llm"],
  ["traces", "traces"],
  ["diffs", "diffs"],
  ["performance", "performance"],
  ["errors", "errors"],
  ["locks", "locks"],
  ["problems", "problems"],
] as const;

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
const description = openApi("1.2.3") as {
  paths: Record<string, { get: { responses: Record<string, never>; parameters: unknown[] } }>;
};
ajv.addSchema(description, "api");

/** Holds an answer to what the description says of its route and status. */
function expectDescribed(path: string, answer: Answer): void {
  const escaped = path.replaceAll("~", "~0").replaceAll("/", "~1");
  const place = `/paths/${escaped}/get/responses/${answer.status}`;
  const response = description.paths[path]?.get.responses[answer.status] as
    | { content?: Record<string, unknown> }
    | undefined;
  expect(response, `${path} ${answer.status}`).toBeDefined();
  if (!response!.content) return expect(answer.text).toBe("");
  const type = answer.headers["content-type"]!.split(";")[0]!;
  expect(Object.keys(response!.content)).toContain(type);
  if (!type.endsWith("json")) return;
  const escapedType = type.replaceAll("/", "~1");
  const check = ajv.compile({ $ref: `api#${place}/content/${escapedType}/schema` });
  check(answer.json);
  expect(check.errors ?? [], `${path} ${answer.status}`).toEqual([]);
}

/** A session in which little is whole. */
function damagedSession(id: string): Record<string, string> {
  return {
    ...recordedSession(id),
    "state.json": stateJson(id).slice(0, 400),
    "PLAN.md": "---\nname: [\n---\n# Plan",
    "logs/planloop.jsonl": `${line(1, "one")}\nno json\n{"message":"bare"}\n${
      line(2, "cut").slice(0, 60)
    }`,
    [`logs/traces/${busyTrace}.json`]: '{"trace_id":"x","spans":[{"name":1},',
    "logs/performance.jsonl": "{\n[]\n",
    [`logs/errors/${busyTrace}_error.json`]: "null",
    "logs/diffs/x_diff.json": "",
  };
}

describe("every route", () => {
  const routes = Object.keys(description.paths).filter((path) => !path.endsWith("/stream"));

  test.each([["recorded", recordedSession], ["damaged", damagedSession]] as const)(
    "answers as it is described, on a %s session",
    async (_name, session) => {
      const served = await serve(makeHome({ [goodId]: session(goodId) }));
      for (const path of routes) {
        const real = path.replace("{id}", goodId).replace("{trace}", busyTrace);
        const answer = await served.ask(real);
        expect([200, ...(path.endsWith("/plan") ? [404] : [])], real).toContain(answer.status);
        expectDescribed(path, answer);
        expect(answer.headers["x-content-type-options"]).toBe("nosniff");
        expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
        const head = await served.ask(real, { method: "HEAD" });
        expect([head.status, head.text]).toEqual([answer.status, ""]);
        if (answer.headers["etag"]) {
          const again = await served.ask(real, {
            headers: { "if-none-match": `"other", ${answer.headers["etag"]}` },
          });
          expect([again.status, again.text], real).toEqual([304, ""]);
          expectDescribed(path, again);
        }
        for (
          const [asked, status] of [
            [{ headers: { host: "evil.example:80" } }, 403],
            [{ method: "POST" }, 405],
          ] as const
        ) {
          const refused = await served.ask(real, asked);
          expect(refused.status).toBe(status);
          expectDescribed(path, refused);
        }
        for (const query of [`?x=${"y".repeat(9000)}`, "?unknown=1", "?limit=1&limit=2"]) {
          const refused = await served.ask(real + query);
          if (refused.status === 200) {
            expect(path).toMatch(/openapi|dev/);
          } else {
            expect(refused.status).toBe(query.length > 9000 ? 414 : 400);
            expectDescribed(path, refused);
          }
        }
        if (path.includes("{id}")) {
          const missing = await served.ask(real.replace(goodId, `${goodId}x`));
          expect(missing.status).toBe(404);
          expect(missing.json.nearest).toContain(goodId);
          expectDescribed(path, missing);
        }
      }
    },
  );

  test("the description is that of the routes, and is served", async () => {
    const served = await serve(makeHome({}));
    const { json } = await served.ask("/api/openapi.json");
    expect(json).toEqual(JSON.parse(JSON.stringify(description)));
    const names = JSON.stringify(json).match(/"\$ref":"#\/components\/schemas\/[^"]+"/g)!;
    const known = Object.keys(json.components.schemas);
    for (const name of names) expect(known).toContain(name.slice(0, -1).split("/").at(-1));
  });

  test("an empty home, and one that vanishes, have no sessions", async () => {
    const home = makeHome({});
    const served = await serve(home);
    for (let turn = 0; turn < 2; turn++) {
      const answer = await served.ask("/api/sessions");
      expect(answer.status).toBe(200);
      expect(answer.json.sessions).toEqual([]);
      expectDescribed("/api/sessions", answer);
      expect((await served.ask(`/api/sessions/${goodId}/logs`)).status).toBe(404);
      rmSync(home, { recursive: true, force: true });
    }
  });
});

describe("lists", () => {
  const filters = [
    "",
    "level=warning",
    `trace=${busyTrace}`,
    "operation=update",
    "event=lock_acquired",
    "text=CARTS",
    `since=${at(3)}&until=${at(60)}`,
    `since=${Date.parse(at(5))}`,
    "level=ERROR&text=failed",
    "text=nowhere",
  ];

  test.each(kinds)(
    "/%s: pages to the end are what a query gives, in both orders",
    async (path, kind) => {
      const home = makeHome({ [goodId]: recordedSession(goodId) });
      const served = await serve(home);
      const session = openHome(home).findSession(goodId);
      for (const filter of filters) {
        const given = new URLSearchParams(filter);
        const moment = (name: string) => {
          const text = given.get(name);
          return text === null ? undefined : Number(text) || Date.parse(text);
        };
        const asked = (await all(queryRecords(session, kind, {
          level: given.get("level")?.toUpperCase() as never,
          trace: given.get("trace") ?? undefined,
          operation: given.get("operation") ?? undefined,
          event: given.get("event") ?? undefined,
          text: given.get("text") ?? undefined,
          since: moment("since"),
          until: moment("until"),
        }))).map((record) => JSON.parse(JSON.stringify(sourced(record))));
        for (const order of ["asc", "desc"]) {
          for (const limit of [1, 2, 100]) {
            const found: unknown[] = [];
            let next: string | null =
              `/api/sessions/${goodId}/${path}?limit=${limit}&order=${order}&${filter}`;
            while (next !== null) {
              const { status, json, headers }: Answer = await served.ask(next);
              expect(status).toBe(200);
              expect([null, asked.length]).toContain(json.total);
              found.push(...json.items);
              next = headers["link"]?.match(/^<(.+)>; rel="next"$/)?.[1] ?? null;
              expect(json.next_cursor === null).toBe(next === null);
            }
            if (order === "desc") found.reverse();
            expect(found).toEqual(asked);
          }
        }
      }
    },
  );

  test("latest first, lines that come meanwhile do not move the pages", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const served = await serve(home);
    const file = join(home, "sessions", goodId, "logs/planloop.jsonl");
    const lines = Array.from({ length: 10 }, (_, i) => `${line(i, `n${i}`)}\n`);
    writeFileSync(file, lines.join(""));
    const path = `/api/sessions/${goodId}/logs?order=desc&limit=4`;
    const first = (await served.ask(path)).json;
    writeFileSync(file, [...lines, `${line(20, "new")}\n`].join(""));
    const second = (await served.ask(`${path}&cursor=${first.next_cursor}`)).json;
    const messages = [...first.items, ...second.items].map(({ message }: { message: string }) =>
      message
    );
    expect(messages).toEqual(["n9", "n8", "n7", "n6", "n5", "n4", "n3", "n2"]);
  });

  test("what was asked relative to now keeps its moment on the next page and in its tag", async () => {
    const served = await serve(makeHome({ [goodId]: recordedSession(goodId) }));
    const path = `/api/sessions/${goodId}/logs?since=5000w&limit=2`;
    const { headers } = await served.ask(path);
    expect(headers["link"]).toMatch(/since=\d{4}-\d\d-\d\dT/);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const again = await served.ask(path, { headers: { "if-none-match": headers["etag"]! } });
    expect(again.status).toBe(200);
  });

  test("logs as JSON lines, asked for by format or by type", async () => {
    const served = await serve(makeHome({ [goodId]: recordedSession(goodId) }));
    const path = `/api/sessions/${goodId}/logs`;
    const { items } = (await served.ask(path)).json;
    for (
      const answer of [
        await served.ask(`${path}?format=jsonl`),
        await served.ask(path, { headers: { accept: "application/x-ndjson" } }),
      ]
    ) {
      expect(answer.headers["content-type"]).toContain("application/x-ndjson");
      expect(answer.text.trim().split("\n").map((one) => JSON.parse(one))).toEqual(items);
    }
  });

  test("answers are packed where that is understood, streams never", async () => {
    const served = await serve(makeHome({ [goodId]: recordedSession(goodId) }));
    for (const query of ["", "?format=jsonl"]) {
      const path = `/api/sessions/${goodId}/logs${query}`;
      const plain = await served.ask(path);
      const packed = await served.ask(path, { headers: { "accept-encoding": "gzip, br" } });
      expect(plain.headers["content-encoding"]).toBeUndefined();
      expect(packed.headers["content-encoding"]).toBe("gzip");
      expect(packed.headers["vary"]).toContain("Accept-Encoding");
      expect(packed.text).toBe(plain.text);
    }
  });

  test("a tag changes with what it stands for", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const served = await serve(home);
    const path = `/api/sessions/${goodId}/logs`;
    const { headers } = await served.ask(path);
    const file = join(home, "sessions", goodId, "logs/planloop.jsonl");
    writeFileSync(file, `${line(1, "other")}\n`);
    const again = await served.ask(path, { headers: { "if-none-match": headers["etag"]! } });
    expect(again.status).toBe(200);
    expect(again.json.items).toMatchObject([{ message: "other" }]);
  });

  test.each([
    "limit=0",
    "limit=1001",
    "limit=x",
    "cursor=-1",
    "cursor=x",
    "order=up",
    "level=loud",
    "since=yesterday",
    "until=",
    "format=xml",
  ])("refuses %s", async (query) => {
    const served = await serve(makeHome({ [goodId]: recordedSession(goodId) }));
    const answer = await served.ask(`/api/sessions/${goodId}/logs?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toMatch(/Expected/);
    expectDescribed("/api/sessions/{id}/logs", answer);
  });

  test("secrets do not leave", async () => {
    const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH";
    const files = recordedSession(goodId);
    files["logs/planloop.jsonl"] = `${
      line(1, `key ${secret}`, { context: { password: "hunter22" } })
    }\n`;
    files["PLAN.md"] = `# ${secret}\n`;
    const served = await serve(makeHome({ [goodId]: files }));
    for (const path of ["logs", "plan", "logs?format=jsonl", `logs?text=${secret}`]) {
      const { status, text } = await served.ask(`/api/sessions/${goodId}/${path}`);
      expect(status).toBe(200);
      expect(text).not.toContain(secret);
      expect(text).not.toContain("hunter22");
    }
    const stream = await served.stream(`/api/sessions/${goodId}/stream?from=start`);
    await stream.until(({ records }) => records.length >= 8);
    expect(JSON.stringify(stream.records)).not.toContain(secret);
    expect(JSON.stringify(stream.records)).toContain("[REDACTED:");
    stream.close();
  });
});

describe("ids", () => {
  test("the start of an id will do where it is one session's, else the candidates are named", async () => {
    const served = await serve(makeHome({
      [goodId]: recordedSession(goodId),
      [secondId]: recordedSession(secondId),
    }));
    const { json } = await served.ask(`/api/sessions/${goodId.slice(0, -3)}`);
    expect(json.session).toBe(goodId);
    const both = await served.ask("/api/sessions/checkout");
    expect(both.status).toBe(404);
    expect(both.json.nearest.sort()).toEqual([goodId, secondId]);
    const trace = await served.ask(`/api/sessions/${goodId}/traces/tr_20261120101500`);
    expect(trace.json.trace_id).toBe(busyTrace);
    const unknown = await served.ask(`/api/sessions/${goodId}/traces/tr_20261120101500_aaaaab`);
    expect(unknown.status).toBe(404);
    expect(unknown.json.nearest).toContain(busyTrace);
  });

  test("no way leads out of the home", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const outside = join(temporaryFolder(), secondId);
    symlinkSync(join(home, "sessions", goodId), outside);
    const foreign = makeHome({ [secondId]: recordedSession(secondId) });
    symlinkSync(join(foreign, "sessions", secondId), join(home, "sessions", secondId));
    const served = await serve(home);
    for (
      const id of [
        secondId,
        "..%2f..%2fetc",
        "..%2fsessions%2f" + goodId,
        "%2e%2e",
        "..",
        ".",
        "%2fetc%2fpasswd",
        "..%5c..",
        "%00",
        `${goodId}%00`,
        "%ff",
        "%",
        "a".repeat(400),
        encodeURIComponent(join(home, "sessions", goodId)),
      ]
    ) {
      for (const rest of ["", "/logs", "/state", "/stream"]) {
        const answer = await served.ask(`/api/sessions/${id}${rest}`);
        expect([400, 404], `${id}${rest}`).toContain(answer.status);
        expect(answer.text).not.toContain("root:");
        expect(answer.text).not.toContain(foreign);
      }
    }
    expect((await served.ask("/api/sessions")).json.sessions.length).toBe(1);
  });

  test("a session that was removed while it was served is not found, and may come again", async () => {
    const home = makeHome({ [goodId]: recordedSession(goodId) });
    const served = await serve(home);
    expect((await served.ask(`/api/sessions/${goodId}/logs`)).status).toBe(200);
    rmSync(join(home, "sessions", goodId), { recursive: true });
    for (const rest of ["", "/logs", "/traces", "/stream"]) {
      expect((await served.ask(`/api/sessions/${goodId}${rest}`)).status).toBe(404);
    }
  });
});
