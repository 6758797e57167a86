import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { LockRequest } from "../../../lib/analyse/lock_request.ts";
import type { LlmRow, TraceRow } from "../../../lib/bundle/sections.ts";
import { href, hrefOf, navigate, openSession, route } from "../../../report/state/route.ts";
import {
  isInside,
  setTimeWindow,
  timeWindow,
  windowOf,
} from "../../../report/state/time_window.ts";
import { windowText } from "../../../report/window_chip.tsx";
import { callTimes, lockTimes, traceTimes } from "../../../report/views/parts/record_times.ts";

const t0 = Date.UTC(2025, 10, 18, 14, 2, 10);
const moment = fc.option(fc.integer({ min: 0, max: 50 }));

afterEach(() => setTimeWindow(null));

describe("windowOf", () => {
  test("windowOf reads milliseconds and ISO 8601, and one end alone", () => {
    expect(windowOf({ since: String(t0), until: "2025-11-18T14:03:05Z" }))
      .toEqual({ since: t0, until: t0 + 55_000 });
    expect(windowOf({ until: "7" })).toEqual({ since: null, until: 7 });
    expect(windowOf({})).toBeNull();
    expect(windowOf({ since: "soon", until: "" })).toBeNull();
  });

  test("windowOf puts the earlier moment first", () => {
    expect(windowOf({ since: "9", until: "4" })).toEqual({ since: 4, until: 9 });
  });
});

describe("isInside", () => {
  test("isInside says of any interval whether it shares a moment with the window", () => {
    fc.assert(
      fc.property(moment, moment, moment, moment, (since, until, start, length) => {
        fc.pre(since === null || until === null || since <= until);
        const end = start === null || length === null ? null : start + length;
        const known = [start, end].filter((time) => time !== null);
        const first = Math.min(...known);
        const last = Math.max(...known);
        let shared = false;
        for (let time = first; time <= last; time++) {
          shared ||= time >= (since ?? time) && time <= (until ?? time);
        }
        expect(isInside({ since, until }, [start, end])).toBe(known.length > 0 && shared);
      }),
    );
  });

  test("isInside takes both ends of the window as inside", () => {
    const window = { since: 10, until: 20 };
    expect([9, 10, 20, 21].map((time) => isInside(window, [time, time])))
      .toEqual([false, true, true, false]);
    expect(isInside(window, [0, 10])).toBe(true);
    expect(isInside(window, [20, Infinity])).toBe(true);
    expect(isInside(window, [0, 9])).toBe(false);
    expect(isInside(window, [null, null])).toBe(false);
  });
});

describe("record times", () => {
  test("a trace and a call last until they end, a lock that was never given back for ever", () => {
    expect(traceTimes({ start: 5, end: 9 } as TraceRow)).toEqual([5, 9]);
    expect(callTimes({ time: 5, duration_ms: 4 } as LlmRow)).toEqual([5, 9]);
    expect(callTimes({ time: 5, duration_ms: null } as LlmRow)).toEqual([5, 5]);
    const request = { requested: 5, acquired: 7, released: 9, outcome: "released" } as LockRequest;
    expect(lockTimes(request)).toEqual([5, 9]);
    expect(lockTimes({ ...request, released: null, outcome: "held" })).toEqual([5, Infinity]);
    expect(
      lockTimes({ ...request, acquired: null, released: null, outcome: "timeout", wait_ms: 3 }),
    ).toEqual([5, 8]);
    expect(lockTimes({ ...request, requested: null, acquired: null })).toEqual([null, null]);
  });
});

describe("the window in addresses", () => {
  test("goes along into every link of the session, and a link may say otherwise", () => {
    navigate("overview");
    setTimeWindow({ since: 10.6, until: 20.2 });
    expect(timeWindow.value).toEqual({ since: 10, until: 21 });
    expect(href("errors", "e1")).toBe("#/errors/e1?since=10&until=21");
    expect(hrefOf("#/traces/t1?row=a")).toBe("#/traces/t1?row=a&since=10&until=21");
    expect(href("logs", null, { since: "1", until: null })).toBe("#/logs?since=1");
    navigate("locks");
    expect(timeWindow.value).toEqual({ since: 10, until: 21 });
    setTimeWindow(null);
    expect(route.value.params).toEqual({});
    expect(href("errors")).toBe("#/errors");
  });

  test("stays the same object while other parameters change", () => {
    navigate("logs", null, { since: "5" });
    const window = timeWindow.value;
    navigate("errors", "x", { q: "word" });
    expect(timeWindow.value).toBe(window);
  });

  test("belongs to its session", () => {
    openSession("one");
    setTimeWindow({ since: 1, until: 2 });
    expect(href("logs")).toBe("#/@one/logs?since=1&until=2");
    openSession("two");
    expect(timeWindow.value).toBeNull();
    openSession("");
  });
});

describe("windowText", () => {
  const day = { start: t0 - 60_000, end: t0 + 600_000 };

  test("windowText says the time of day and the length", () => {
    expect(windowText({ since: t0, until: t0 + 55_000 }, day)).toBe("14:02:10 – 14:03:05, 55.0 s");
    expect(windowText({ since: t0, until: t0 + 300 }, day))
      .toBe("14:02:10.000 – 14:02:10.300, 300 ms");
    expect(windowText({ since: t0, until: null }, day)).toBe("14:02:10 – end, 10m 00s");
    expect(windowText({ since: null, until: t0 }, { start: null, end: null }))
      .toBe("start – 14:02:10.000");
  });

  test("windowText says the dates of a session of several days", () => {
    expect(windowText({ since: t0, until: t0 + 55_000 }, { start: t0, end: t0 + 86_400_000 }))
      .toBe("2025-11-18 14:02:10 – 2025-11-18 14:03:05, 55.0 s");
  });
});
