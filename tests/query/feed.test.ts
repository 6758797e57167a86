import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type FeedEvent,
  type FeedPosition,
  feedStart,
  formatPosition,
  parsePosition,
  queryRecords,
  SessionFeed,
  sourced,
} from "../../lib/query/mod.ts";
import { trace } from "../../lib/format/kind_examples.ts";
import { openHome, StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { all, sessionWith, temporaryFolder } from "../store/fixtures.ts";
import { at, line, recordedFiles } from "./recorded.ts";

const log = "logs/planloop.jsonl";
const isLong = process.env["PLANLOOP_STRESS"] === "1";

/** A feed of a session as a server that was just started has it. */
function feedOf(session: StoredSession): SessionFeed {
  return new SessionFeed(new StoredSession(session.id, session.path));
}

/** Everything after a position, and the position then. */
async function rest(
  feed: SessionFeed,
  from: FeedPosition = feedStart,
): Promise<{ events: FeedEvent[]; position: FeedPosition }> {
  const events: FeedEvent[] = [];
  for (let position = from;;) {
    const batch = await feed.after(position);
    events.push(...batch.events);
    if (formatPosition(batch.position) === formatPosition(position)) return { events, position };
    position = batch.position;
  }
}

function messages(events: readonly FeedEvent[]): unknown[] {
  return events.filter(({ kind }) => kind === "logs")
    .map(({ json }) => (json as { message: string }).message);
}

function files(events: readonly FeedEvent[]): string[] {
  return events.map(({ json }) => (json as { source: { file: string } }).source.file);
}

function write(session: StoredSession, file: string, content: string, seconds?: number): void {
  const path = join(session.path, file);
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, content);
  if (seconds !== undefined) utimesSync(path, seconds, seconds);
}

function rotate(session: StoredSession, number: number): void {
  renameSync(join(session.path, log), join(session.path, `logs/planloop.${number}.jsonl`));
}

const traceFile = (i: number) => `logs/traces/tr_20261120101500_${String(i).padStart(6, "0")}.json`;

function traceText(i: number): string {
  return JSON.stringify({ ...trace, trace_id: `tr_20261120101500_${String(i).padStart(6, "0")}` });
}

describe("SessionFeed", () => {
  test("gives every record of a session, as a query does", async () => {
    const session = sessionWith(recordedFiles() as Record<string, string | object>);
    const { events } = await rest(feedOf(session));
    for (const kind of ["logs", "llm", "diffs", "performance", "errors"] as const) {
      const given = events.filter((event) => event.kind === kind).map(({ json }) => json);
      const asked = (await all(queryRecords(session, kind))).map((record) => sourced(record));
      expect(byText(given)).toEqual(byText(asked));
    }
    // A trace that still runs has no record yet.
    expect(events.filter(({ kind }) => kind === "traces").length).toBe(2);
  });

  test("present: what is there already is not given, what comes then is", async () => {
    const session = sessionWith(recordedFiles() as Record<string, string | object>);
    const feed = feedOf(session);
    const present = await feed.present();
    expect((await rest(feed, present)).events).toEqual([]);
    write(session, log, `${line(9, "new")}\n`);
    write(session, traceFile(1), traceText(1));
    write(session, "logs/performance.jsonl", `{"timestamp":"${at(70)}","metric":"a","value":1}\n`);
    const { events } = await rest(feed, present);
    expect(events.map(({ kind }) => kind)).toEqual(["logs", "performance", "traces"]);
    expect(events[0]!.json).toMatchObject({ source: { file: log, line: 10 } });
  });

  test("a line that is half written waits for its end", async () => {
    const session = sessionWith({ [log]: `${line(1, "one")}\n` });
    const feed = feedOf(session);
    const { position } = await rest(feed);
    const text = `${line(2, "two – ü")}\n`;
    const bytes = new TextEncoder().encode(text);
    for (let sent = 0; sent < bytes.length; sent += 7) {
      expect((await rest(feed, position)).events).toEqual([]);
      appendFileSync(join(session.path, log), bytes.subarray(sent, sent + 7));
    }
    expect(messages((await rest(feed, position)).events)).toEqual(["two – ü"]);
  });

  test("a renamed log goes on where it was, and the file after it begins anew", async () => {
    const session = sessionWith({ [log]: `${line(1, "1")}\n${line(2, "2")}\n` });
    const feed = feedOf(session);
    let { position } = await rest(feed);
    write(session, log, `${line(3, "3")}\n`);
    rotate(session, 1);
    write(session, log, `${line(4, "4")}\n`);
    const second = await rest(feed, position);
    expect(messages(second.events)).toEqual(["3", "4"]);
    expect(files(second.events)).toEqual(["logs/planloop.1.jsonl", log]);
    // A process that still has the renamed file open writes on into it.
    position = second.position;
    write(session, "logs/planloop.1.jsonl", `${line(5, "5")}\n`);
    rotate(session, 2);
    write(session, log, `${line(6, "6")}\n`);
    expect(messages((await rest(feed, position)).events)).toEqual(["5", "6"]);
  });

  test("full files that were removed unread are a problem, once", async () => {
    const session = sessionWith({ [log]: `${line(1, "1")}\n` });
    const feed = feedOf(session);
    const { position } = await rest(feed);
    rmSync(join(session.path, log));
    write(session, "logs/planloop.3.jsonl", `${line(2, "2")}\n`);
    write(session, log, `${line(3, "3")}\n`);
    const { events } = await rest(feed, position);
    expect(events.map(({ kind }) => kind)).toEqual(["problems", "logs", "logs"]);
    expect(events[0]!.json).toMatchObject({ kind: "missing", lost: true, file: "logs" });
  });

  test("a log that was written anew with the same lines goes on behind them", async () => {
    const session = sessionWith({ [log]: `${line(1, "one")}\n${line(2, "secret")}\n` });
    const feed = feedOf(session);
    const { position } = await rest(feed);
    for (const text of ["[REDACTED:key:0123456789]", ""]) {
      writeFileSync(join(session.path, log), `${line(1, text)}\n${line(2, text)}\n`);
      expect((await rest(feed, position)).events).toEqual([]);
      write(session, log, `${line(3, "three")}\n`);
      expect(messages((await rest(feed, position)).events)).toEqual(["three"]);
    }
    writeFileSync(join(session.path, log), `${line(1, "cut")}\n`);
    expect(messages((await rest(feed, position)).events)).toEqual(["cut"]);
  });

  test("damaged lines and records become problems, and what is whole is given", async () => {
    const session = sessionWith({
      [log]: `${line(1, "one")}\nno json\n${line(2, "two")}\n`,
      [traceFile(1)]: "[]",
      [traceFile(2)]: traceText(2),
      "logs/performance.jsonl": "{\n",
    });
    for (const feed of [feedOf(session), feedOf(session)]) {
      for (let reading = 0; reading < 2; reading++) {
        const { events } = await rest(feed);
        const problems = events.filter(({ kind }) => kind === "problems").map(({ json }) => json);
        expect(problems).toMatchObject([
          { file: log, line: 2 },
          { file: "logs/performance.jsonl", line: 1 },
          { file: traceFile(1) },
        ]);
        expect(messages(events)).toEqual(["one", "two"]);
        expect(events.filter(({ kind }) => kind === "traces").length).toBe(1);
      }
    }
  });

  test("a link out of the session is not followed, and does not keep the feed busy", async () => {
    const session = sessionWith({ [log]: `${line(1, "one")}\n` });
    const { symlinkSync } = await import("node:fs");
    mkdirSync(join(session.path, "logs/traces"));
    const outside = join(temporaryFolder(), "secret.json");
    writeFileSync(outside, traceText(7));
    symlinkSync(outside, join(session.path, traceFile(7)));
    symlinkSync(outside, join(session.path, "logs/performance.jsonl"));
    const { events } = await rest(feedOf(session));
    expect(events.map(({ kind }) => kind)).toEqual(["logs", "problems"]);
    expect(JSON.stringify(events)).not.toContain(outside);
  });

  test("any number of records of one moment are given once each", async () => {
    const session = sessionWith({});
    const old = Math.floor(Date.now() / 1000) - 1000;
    for (let i = 0; i < 520; i++) write(session, traceFile(i), traceText(i), old);
    const { events, position } = await rest(feedOf(session));
    expect(new Set(files(events)).size).toBe(520);
    expect(events.length).toBe(520);
    expect((await rest(feedOf(session), position)).events).toEqual([]);
    // Those of right now, too.
    for (let i = 520; i < 1000; i++) write(session, traceFile(i), traceText(i));
    const more = await rest(feedOf(session), position);
    expect(new Set(files(more.events)).size).toBe(480);
    expect(more.events.length).toBe(480);
    expect(formatPosition(more.position).length).toBeLessThan(4096);
  });

  test("a record that keeps its old time comes when it is copied here", async () => {
    const session = sessionWith({ [traceFile(1)]: traceText(1) });
    const feed = feedOf(session);
    const { position } = await rest(feed);
    write(session, traceFile(2), traceText(2), Date.now() / 1000 - 5000);
    const later = await rest(feed, position);
    expect(files(later.events)).toEqual([traceFile(2)]);
    expect((await rest(feed, later.position)).events).toEqual([]);
  });

  test("from every event's position, the rest is what comes uninterrupted", async () => {
    const session = sessionWith(recordedFiles() as Record<string, string | object>);
    const now = Date.now() / 1000;
    for (let i = 0; i < 30; i++) write(session, traceFile(i), traceText(i), now - 60 + (i >> 2));
    rotate(session, 1);
    write(session, log, Array.from({ length: 20 }, (_, i) => `${line(i, `n${i}`)}\n`).join(""));
    const whole = (await rest(feedOf(session))).events;
    expect(whole.length).toBeGreaterThan(60);
    for (const [index, { position }] of whole.entries()) {
      const parsed = parsePosition(position)!;
      const { events } = await rest(feedOf(session), parsed);
      expect(byText(events.map(({ json }) => json)))
        .toEqual(byText(whole.slice(index + 1).map(({ json }) => json)));
    }
  });

  test("whatever is written, renamed and asked in whatever order, nothing is missed or doubled", async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant("lines" as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ type: fc.constant("part" as const), count: fc.integer({ min: 1, max: 90 }) }),
      fc.record({ type: fc.constant("rotate" as const) }),
      fc.record({ type: fc.constant("late" as const) }),
      fc.record({ type: fc.constant("trace" as const) }),
      fc.record({ type: fc.constant("ask" as const) }),
      fc.record({ type: fc.constant("restart" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const session = sessionWith({});
        let feed = feedOf(session);
        let position = feedStart;
        const given: string[] = [];
        const written: string[] = [];
        let count = 0;
        let rotations = 0;
        const take = async () => {
          const more = await feed.after(position);
          for (const { json, kind } of more.events) {
            given.push(kind === "logs" ? (json as { message: string }).message : kind);
          }
          position = parsePosition(formatPosition(more.position))!;
        };
        const next = () => {
          written.push(`m${count}`);
          return `${line(count % 60, `m${count++}`)}\n`;
        };
        for (const one of steps) {
          if (one.type === "lines") {
            for (let i = 0; i < one.count; i++) write(session, log, next());
          }
          if (one.type === "part") {
            const text = next();
            write(session, log, text.slice(0, one.count));
            await take();
            write(session, log, text.slice(one.count));
          }
          if (
            one.type === "rotate" && count > 0 &&
            readdirSync(join(session.path, "logs")).includes("planloop.jsonl")
          ) {
            rotate(session, ++rotations);
          }
          if (one.type === "late" && rotations > 0) {
            write(session, `logs/planloop.${rotations}.jsonl`, next());
          }
          if (one.type === "trace") {
            write(session, traceFile(count), traceText(count++));
            written.push("traces");
          }
          if (one.type === "ask") await take();
          if (one.type === "restart") feed = feedOf(session);
        }
        for (let i = 0; i < 60; i++) await take();
        expect(given.sort()).toEqual(written.sort());
        rmSync(session.path, { recursive: true });
      }),
      { numRuns: isLong ? 300 : 30 },
    );
  });
});

describe("SessionFeed beside recorders", () => {
  let bundle = "";
  beforeAll(async () => {
    bundle = await bundleChild(
      fileURLToPath(new URL("../stress/children/writing_child.ts", import.meta.url)),
    );
  });
  afterAll(removeBundles);

  test("every line of several processes comes once, whatever files it went to", async () => {
    const home = temporaryFolder();
    const { openSession } = await import("../../lib/mod.ts");
    const own = openSession({ name: "writers", home });
    const { id } = own;
    own.close();
    const stored = openHome(home).findSession(id);
    let feed = feedOf(stored);
    let position = await feed.present();
    const writers = 3;
    const lines = isLong ? 20_000 : 1500;
    const children = Array.from(
      { length: writers },
      (_, writer) => spawnChild(bundle, [home, id, String(writer), String(lines), "65536"]),
    );
    const counts = new Map<string, number>();
    let running = writers;
    for (const { exit } of children) void exit.then(() => running -= 1);
    for (let turn = 0, idle = 0; idle < 3; turn++) {
      if (turn % 50 === 49) feed = feedOf(stored);
      const batch = await feed.after(position);
      position = parsePosition(formatPosition(batch.position))!;
      for (const { kind, json } of batch.events) {
        const text = kind === "logs" ? keyOf(json) : `${kind}: ${JSON.stringify(json)}`;
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      idle = running === 0 && batch.events.length === 0 ? idle + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, batch.events.length > 0 ? 0 : 5));
    }
    for (const { exit } of children) expect((await exit).code).toBe(0);
    const doubled = [...counts].filter(([, count]) => count > 1);
    expect(doubled).toEqual([]);
    const wanted = Array.from({ length: writers * lines }, (_, i) => {
      return `${Math.floor(i / lines)} ${i % lines}`;
    });
    expect(wanted.filter((key) => !counts.has(key))).toEqual([]);
    expect(
      readdirSync(join(stored.path, "logs")).filter((name) => /\.\d+\.jsonl$/.test(name)).length,
    )
      .toBeGreaterThan(2);
  }, 240_000);
});

describe("parsePosition", () => {
  test("gives back what formatPosition wrote", () => {
    const place = fc.record({
      offset: fc.integer({ min: 0, max: 1e14 }),
      lines: fc.integer({ min: 0, max: 1e11 }),
    });
    const mark = fc.stringMatching(/^[0-9a-z]{7}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1e8 }), { maxLength: 8 }),
        place,
        fc.record({
          time: fc.integer({ min: 0, max: 1e15 }),
          file: fc.oneof(fc.constant(""), mark),
        }),
        fc.array(mark, { maxLength: 200 }),
        (generations, metrics, mark, given) => {
          const logs = new Map(generations.map((number) => [number, metrics]));
          const position: FeedPosition = { logs, metrics, mark, given };
          const text = formatPosition(position);
          expect(text).toMatch(/^[0-9a-z.:,;]+$/);
          expect(parsePosition(text)).toEqual(position);
        },
      ),
    );
  });

  test.each([
    "",
    ";;;",
    "1:0.0;0.0;0",
    "1:0.0;0.0;0;;",
    "x:0.0;0.0;0;",
    "1:0;0.0;0;",
    ";0.0;-1;",
    ";0.0;0;zz",
    ";0.0;0;../../x",
    `;0.0;0;${"a".repeat(5000)}`,
  ])("refuses %#", (text) => {
    expect(parsePosition(text)).toBeNull();
  });

  test("takes any text without a fault", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      const position = parsePosition(text);
      if (position) expect(parsePosition(formatPosition(position))).toEqual(position);
    }));
  });
});

/** Which line of which writer it is. */
function keyOf(json: unknown): string {
  const { message, context } = json as { message: string; context: { writer?: number } };
  return `${context.writer} ${message.replace("line ", "")}`;
}

function byText(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}
