import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trace } from "../../lib/format/kind_examples.ts";
import { openSession } from "../../lib/mod.ts";
import { goodId, makeHome } from "../cli/homes.ts";
import { recordedSession } from "../cli/recorded_home.ts";
import { bundleChild, removeBundles, spawnChild } from "../helpers/child.ts";
import { line } from "../query/recorded.ts";
import { serve, type StreamEvent } from "./served.ts";

const isLong = process.env["PLANLOOP_STRESS"] === "1";
const path = `/api/sessions/${goodId}/stream`;

function homeWith(): { home: string; session: string; log: string } {
  const home = makeHome({ [goodId]: recordedSession(goodId) });
  const session = join(home, "sessions", goodId);
  return { home, session, log: join(session, "logs/planloop.jsonl") };
}

function messages(events: readonly StreamEvent[]): string[] {
  return events.filter(({ event }) => event === "logs").map(({ data }) => data.message);
}

describe("a session's stream", () => {
  test("gives what comes from now on, of every kind", async () => {
    const { home, session, log } = homeWith();
    const served = await serve(home);
    const stream = await served.stream(path);
    await stream.until(({ events }) => events.length === 1);
    expect(stream.events[0]).toMatchObject({ event: "begin", data: {} });
    appendFileSync(log, `${line(1, "new")}\n`);
    await stream.until(({ records }) => records.length === 1);
    expect(stream.records[0]!.data).toMatchObject({
      message: "new",
      source: { session_id: goodId, file: "logs/planloop.jsonl", line: 10 },
    });
    const id = "tr_20261120101500_dddddd";
    writeFileSync(
      join(session, `logs/traces/${id}.json`),
      JSON.stringify({ ...trace, trace_id: id }),
    );
    writeFileSync(join(session, "PLAN.md"), "# Other plan\n");
    await stream.until(({ records, events }) =>
      records.length === 2 &&
      events.some(({ event, data }) => event === "changed" && data.parts.includes("PLAN.md"))
    );
    expect(stream.records[1]).toMatchObject({ event: "traces", data: { trace_id: id } });
    stream.close();
  });

  test("from the start gives all, and goes on from any id without a gap", async () => {
    const { home, log } = homeWith();
    const served = await serve(home);
    const whole = await served.stream(`${path}?from=start`);
    await whole.until(({ records }) => records.length >= 20);
    await pause(200);
    const count = whole.records.length;
    whole.close();
    appendFileSync(log, `${line(1, "later")}\n`);
    const again = await serve(home);
    for (const [index, { id }] of whole.records.entries()) {
      const rest = count - index - 1 + 1;
      const stream = index % 2 === 0
        ? await again.stream(path, { "last-event-id": id })
        : await served.stream(`${path}?last_event_id=${encodeURIComponent(id)}`);
      await stream.until(({ records }) => records.length >= rest);
      expect(stream.records.length).toBe(rest);
      expect(messages(stream.records)).toContain("later");
      stream.close();
    }
  }, 60_000);

  test("a line that is half written is sent once it is whole, across a rotation", async () => {
    const { home, session, log } = homeWith();
    const served = await serve(home);
    const stream = await served.stream(path);
    await stream.until(({ events }) => events.length > 0);
    const text = `${line(1, "slowly")}\n`;
    appendFileSync(log, text.slice(0, 40));
    await pause(150);
    expect(stream.records).toEqual([]);
    appendFileSync(log, text.slice(40));
    renameSync(log, join(session, "logs/planloop.1.jsonl"));
    appendFileSync(log, `${line(2, "next")}\n`);
    await stream.until(({ records }) => records.length >= 2);
    expect(messages(stream.records)).toEqual(["slowly", "next"]);
    stream.close();
  });

  test("says that the session is gone, and ends", async () => {
    const { home, session } = homeWith();
    const served = await serve(home);
    const stream = await served.stream(path);
    await stream.until(({ events }) => events.length > 0);
    rmSync(session, { recursive: true });
    await stream.until(({ hasEnded }) => hasEnded);
    expect(stream.events.at(-1)!.event).toBe("gone");
    expect((await served.ask(path)).status).toBe(404);
  });

  test("speaks where nothing happens", async () => {
    const { home } = homeWith();
    const served = await serve(home, { heartbeatMs: 30 });
    const stream = await served.stream(path);
    await stream.until(({ comments }) => comments >= 3);
    expect(stream.records).toEqual([]);
    stream.close();
  });

  test.each([
    ["?from=yesterday", {}],
    ["?unknown=1", {}],
    ["", { "last-event-id": "nonsense" }],
  ])("refuses %s %j", async (query, headers) => {
    const { home } = homeWith();
    const served = await serve(home, { streamsMax: 1 });
    for (let turn = 0; turn < 3; turn++) {
      expect(
        (await served.ask(path + query, { headers: headers as Record<string, string> })).status,
      )
        .toBe(400);
    }
  });

  test("there are only so many, and one that was closed makes room", async () => {
    const { home } = homeWith();
    const served = await serve(home, { streamsMax: 2 });
    for (let turn = 0; turn < 5; turn++) {
      expect((await served.ask(path, { method: "HEAD" })).status).toBe(200);
    }
    const streams = [await served.stream(path), await served.stream(path)];
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    const refused = await served.ask(path);
    expect(refused.status).toBe(503);
    expect(refused.json.detail).toContain("2 streams");
    streams[0]!.close();
    for (let turn = 0; turn < 200 && (await served.ask(path, { method: "HEAD" })).status === 503;) {
      turn++;
      await pause(20);
    }
    const third = await served.stream(path);
    expect(third.status).toBe(200);
    third.close();
    streams[1]!.close();
  });

  test("a reader that does not read holds no more than a little of it", async () => {
    const { home, session, log } = homeWith();
    const text = `${line(1, "x".repeat(2000))}\n`.repeat(1000);
    for (let i = 0; i < 40; i++) appendFileSync(log, text);
    const served = await serve(home);
    const waiting = request({ host: "127.0.0.1", port: served.port, path: `${path}?from=start` });
    waiting.on("error", () => {});
    const paused = new Promise<void>((resolve) =>
      waiting.on("response", (response) => {
        response.on("error", () => {});
        response.pause();
        resolve();
      })
    );
    waiting.end();
    await paused;
    const before = process.memoryUsage().rss;
    await pause(1500);
    // 80 MB are there to be sent.
    expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
    expect((await served.ask("/api/sessions")).status).toBe(200);
    waiting.destroy();
    rmSync(session, { recursive: true });
  });

  test("all streams end when the server does", async () => {
    const { home } = homeWith();
    const served = await serve(home);
    const streams = await Promise.all(Array.from({ length: 5 }, () => served.stream(path)));
    await served.end();
    for (const stream of streams) await stream.until(({ hasEnded }) => hasEnded);
  });
});

describe("many readers beside a recorder", () => {
  let bundle = "";
  beforeAll(async () => {
    bundle = await bundleChild(
      fileURLToPath(new URL("./children/line_child.ts", import.meta.url)),
    );
  });
  afterAll(removeBundles);

  test("each receives every line once, in order, across rotations", async () => {
    const home = makeHome({});
    mkdirSync(join(home, "sessions"), { recursive: true });
    const own = openSession({ name: "writers", home });
    own.close();
    const served = await serve(home);
    const [readers, lines] = isLong ? [50, 100_000] : [10, 2000];
    const seen = Array.from({ length: readers }, () => ({ next: 0, wrong: 0 }));
    const streams = await Promise.all(seen.map(async (one) => {
      const stream = await served.stream(`/api/sessions/${own.id}/stream`);
      await stream.until(({ events }) => events.length > 0);
      // Only what is out of order is remembered.
      stream.onEvent = ({ event, data }) => {
        if (event === "logs" && data.context.writer === 0) {
          if (data.context.count === one.next) one.next += 1;
          else one.wrong += 1;
        } else if (event === "problems") one.wrong += 1;
      };
      return stream;
    }));
    const args = [home, own.id, String(lines), isLong ? "2000000" : "100000"];
    const child = spawnChild(bundle, args);
    expect((await child.exit).code).toBe(0);
    const all = () => seen.every(({ next }) => next === lines);
    await streams[0]!.until(all, isLong ? 1_500_000 : 60_000);
    await pause(100);
    expect(seen).toEqual(seen.map(() => ({ next: lines, wrong: 0 })));
    for (const stream of streams) stream.close();
  }, isLong ? 1_800_000 : 120_000);
});
