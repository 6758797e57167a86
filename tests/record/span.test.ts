import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "../../lib/format/mod.ts";
import {
  contextLimits,
  createRecorder,
  nameLengthMax,
  openSpan,
  openTrace,
  runInScope,
  runSpan,
  runTrace,
  spansOf,
  toPlain,
} from "../../lib/record/mod.ts";
import { millisecondsText } from "../../lib/record/duration_text.ts";
import { SpanIds } from "../../lib/record/span_id.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { anyKeys, anyTree } from "./any_value.ts";
import { desk, folder } from "./fixture.ts";

/** Runs something in a trace; gives the spans that its file has. */
async function spansAfter(
  work: (recorder: ReturnType<typeof desk>["recorder"]) => unknown,
): Promise<Span[]> {
  const { recorder, json } = desk();
  let id = "";
  await runTrace(recorder, "op", async (trace) => {
    id = trace.id;
    await work(recorder);
  });
  return json(`logs/traces/${id}.json`)["spans"] as Span[];
}

/** Each span's name with that of the span it is in. */
function tree(spans: readonly Span[]): string[] {
  const nameOf = new Map(spans.map(({ span_id, name }) => [span_id, name]));
  return spans.map(({ name, parent }) => parent ? `${nameOf.get(parent)} > ${name}` : name!);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("runSpan", () => {
  test("spans know the one around them across await, timers and Promise.all", async () => {
    const spans = await spansAfter((recorder) =>
      runSpan(recorder, "outer", {}, async () => {
        await wait(1);
        await Promise.all(["a", "b"].map((name, index) =>
          runSpan(recorder, name, {}, async () => {
            await wait(3 - index);
            await new Promise<void>((resolve) =>
              setTimeout(() => runSpan(recorder, `${name} later`, {}, () => resolve()), 1)
            );
          })
        ));
      })
    );
    expect(tree(spans).sort()).toEqual([
      "a > a later",
      "b > b later",
      "outer",
      "outer > a",
      "outer > b",
    ]);
    expect(spans.every(({ status }) => status === "success")).toBe(true);
  });

  test("spans know the one around them in the callbacks of a web stream", async () => {
    const spans = await spansAfter((recorder) =>
      runSpan(recorder, "reading", {}, async () => {
        let count = 0;
        const stream = new ReadableStream<number>({
          pull: (controller) =>
            runSpan(recorder, "pull", {}, () => {
              count += 1;
              if (count > 2) controller.close();
              else controller.enqueue(count);
            }),
        });
        const reader = stream.getReader();
        while (!(await reader.read()).done) runSpan(recorder, "chunk", {}, () => {});
      })
    );
    expect(tree(spans).filter((name) => name === "reading > chunk")).toHaveLength(2);
    expect(tree(spans).filter((name) => name === "reading > pull")).toHaveLength(3);
  });

  test("spans inside an async iterable belong to what walks it", async () => {
    const spans = await spansAfter((recorder) => {
      const items = async function* () {
        for (const name of ["one", "two"]) yield await runSpan(recorder, name, {}, () => wait(1));
      };
      return runSpan(recorder, "walk", {}, async () => {
        for await (const _ of items()) runSpan(recorder, "item", {}, () => {});
      });
    });
    expect(tree(spans)).toEqual([
      "walk",
      "walk > one",
      "walk > item",
      "walk > two",
      "walk > item",
    ]);
  });

  test("what is thrown or rejected is the same value, and the spans it leaves failed", async () => {
    for (const thrown of [new TypeError("no"), "text", null, undefined, 7, { a: 1 }]) {
      const caught: unknown[] = [];
      const spans = await spansAfter(async (recorder) => {
        try {
          runSpan(recorder, "outer", {}, () =>
            runSpan(recorder, "sync", {}, () => {
              throw thrown;
            }));
        } catch (error) {
          caught.push(error);
        }
        await runSpan(recorder, "async", {}, () => Promise.reject(thrown))
          .catch((error: unknown) => caught.push(error));
      });
      expect(caught).toHaveLength(2);
      for (const error of caught) expect(error).toBe(thrown);
      expect(spans.map(({ status }) => status)).toEqual(["error", "error", "error"]);
    }
  });

  test("children lie inside their parents, and the roots add up to the trace's total", () => {
    const leaf: fc.Arbitrary<unknown[]> = fc.constant([]);
    let shape = leaf;
    for (let depth = 0; depth < 3; depth += 1) {
      shape = fc.oneof(leaf, fc.array(shape, { maxLength: 3 }));
    }
    fc.assert(
      fc.property(shape, (roots) => {
        const { recorder, runtime, json } = desk();
        const walk = (children: unknown[]): void => {
          for (const child of children) {
            runtime.advance(1.25);
            runSpan(recorder, "node", { a: 1 }, () => walk(child as unknown[]));
            runtime.advance(0.5);
          }
        };
        runTrace(recorder, "op", () => walk(roots), { traceId: "tr_shape" });
        const trace = json("logs/traces/tr_shape.json");
        const spans = trace["spans"] as Span[];
        const sum = (list: Span[]) => list.reduce((ms, span) => ms + span.duration_ms!, 0);
        for (const span of spans) {
          const inside = spans.filter(({ parent }) => parent === span.span_id);
          expect(sum(inside)).toBeLessThanOrEqual(span.duration_ms! + 0.001);
        }
        expect(trace["total_duration_ms"])
          .toBeCloseTo(sum(spans.filter(({ parent }) => parent === null)), 6);
      }),
      { numRuns: 25 },
    );
  });
});

describe("a span's values", () => {
  const redactor = createRedactor({ env: { MY_API_KEY: "hunter2hunter2" } });

  test("are those that the long way writes, however they are written", () => {
    const { recorder } = desk({ redact: redactor });
    const trace = openTrace(recorder, "op");
    fc.assert(fc.property(fc.dictionary(anyKeys, anyTree, { maxKeys: 5 }), (metadata) => {
      trace.spans.length = 0;
      const before = trace.records.count;
      runInScope({ recorder, trace }, () => runSpan(recorder, "s", metadata, () => {}));
      const record = JSON.parse(trace.records.text(before)) as Span;
      const plain = toPlain(metadata, {
        limits: contextLimits,
        redactText: (text) => redactor.text(text),
      });
      expect(record.metadata).toEqual(JSON.parse(JSON.stringify(redactor.value(plain))));
    }));
  });

  test("are written as bytes where they are ordinary", () => {
    const { recorder } = desk({ redact: redactor });
    const way = (metadata: object) => {
      const span = openSpan(recorder, "t", metadata);
      return recorder.spanBytes.add(span, 0, span.startedAt) >= 0 ? "bytes" : "text";
    };
    expect(way({ a: 1, b: "é", c: [true, null, { d: -1.5 }] })).toBe("bytes");
    expect(way({ value: ['a"'] })).toBe("text");
    for (const value of ["hunter2hunter2", 'a"', "x".repeat(1500), { deep: "x".repeat(30_000) }]) {
      expect(way({ value })).toBe("bytes");
    }
    for (const value of ["x".repeat(32 * 1024 + 1), 1n, undefined, NaN, new Date(0)]) {
      expect(way({ value })).toBe("text");
    }
    expect(way({ password: 1 })).toBe("text");
  });

  test("a hundred and more of them are cut as the limits say", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`k${index}`, index]),
    );
    const long = Array.from({ length: 500 }, (_, index) => index);
    const [one, two] = await spansAfter((recorder) => {
      runSpan(recorder, "s", many, () => {});
      runSpan(recorder, "s", { long }, () => {});
    });
    expect(Object.keys(one!.metadata!)).toHaveLength(contextLimits.itemsMax + 1);
    expect(one!.metadata).toMatchObject({ "…": "(300 more)" });
    expect((two!.metadata as { long: unknown[] }).long).toHaveLength(contextLimits.itemsMax + 1);
  });

  test("one that cannot be read is marked in place, and hides no other", async () => {
    const bad = {
      first: 1,
      get broken(): never {
        throw new Error("no");
      },
      last: 2,
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const [span] = await spansAfter((recorder) => {
      runSpan(recorder, "s", bad, (handle) => {
        handle.set(bad);
        handle.set({ set: true });
        handle.event("e", bad);
        handle.metadata["own"] = JSON.parse('{"__proto__":{"a":1}}');
      });
      runSpan(recorder, "t", revoked.proxy, (handle) => handle.set(revoked.proxy));
    });
    const marked = { first: 1, broken: "[getter threw: Error: no]", last: 2 };
    expect(span!.metadata).toMatchObject(marked);
    expect(JSON.stringify(span!.metadata)).toContain('"own":{"__proto__":{"a":1}}');
    expect(span!.variables).toEqual({ ...marked, set: true });
    expect(span!.events).toMatchObject([{ name: "e", metadata: marked }]);
  });

  test("one whose getter runs spans itself does not spoil their records", async () => {
    const spans = await spansAfter((recorder) => {
      const nested = {
        before: 1,
        get inner(): number {
          return runSpan(recorder, "in a getter", { a: 1 }, () => 5);
        },
      };
      runSpan(recorder, "s", { nested }, () => {});
      runSpan(recorder, "after", { b: 2 }, () => {});
    });
    expect(spans.find(({ name }) => name === "s")!.metadata).toEqual({
      nested: { before: 1, inner: 5 },
    });
    expect(spans.find(({ name }) => name === "after")!.metadata).toEqual({ b: 2 });
  });

  test("what the caller changes in his own object after the start is not taken", async () => {
    const mine: Record<string, unknown> = { a: 1 };
    const [span] = await spansAfter((recorder) =>
      runSpan(recorder, "s", mine, (handle) => {
        mine["a"] = 2;
        handle.metadata["b"] = 3;
      })
    );
    expect(span!.metadata).toEqual({ a: 1, b: 3 });
  });
});

describe("SpanHandle", () => {
  test("its functions work when they are taken out of it", async () => {
    const [span] = await spansAfter((recorder) =>
      runSpan(recorder, "s", {}, ({ set, event, metadata }) => {
        set({ a: 1 });
        event("tick");
        metadata["b"] = 2;
      })
    );
    expect(span).toMatchObject({ variables: { a: 1 }, events: [{ name: "tick" }] });
    expect(span!.metadata).toEqual({ b: 2 });
  });

  test("tells what it is, and shows nothing of the recorder", () => {
    const { recorder } = desk();
    runTrace(recorder, "op", (trace) => {
      runSpan(recorder, "s", {}, (span) => {
        expect(span.name).toBe("s");
        expect(span.traceId).toBe(trace.id);
        expect(spansOf(recorder, trace.id)).toMatchObject([{ span_id: span.id }]);
        expect(Object.values(span)).toEqual([]);
      });
    });
  });
});

test("names of spans are cut and redacted, each time they come", async () => {
  const secret = `key ghp_${"a1B2".repeat(9)}`;
  const spans = await spansAfter((recorder) => {
    for (let count = 0; count < 2; count += 1) {
      runSpan(recorder, secret, {}, () => {});
      runSpan(recorder, "n".repeat(600), {}, () => {});
      runSpan(recorder, 'a "quoted" näme', {}, () => {});
      runSpan(recorder, 5 as unknown as string, {}, () => {});
    }
  });
  expect(spans.slice(4).map(({ name }) => name)).toEqual(spans.slice(0, 4).map((s) => s.name));
  expect(spans[0]!.name).not.toContain("ghp_");
  expect(spans[1]!.name).toMatch(new RegExp(`^n{${nameLengthMax}}…`));
  expect(spans.slice(2, 4).map(({ name }) => name)).toEqual(['a "quoted" näme', "5"]);
});

test("more names than are remembered are still recorded", async () => {
  const spans = await spansAfter((recorder) => {
    for (let count = 0; count < 1500; count += 1) runSpan(recorder, `n${count}`, {}, () => {});
  });
  expect(spans.map(({ name }) => name)).toEqual(
    Array.from({ length: 1500 }, (_, count) => `n${count}`),
  );
});

test("a recorder that records nothing runs spans", () => {
  const { runtime } = desk();
  const recorder = createRecorder({
    runtime,
    sessionId: "s",
    path: folder,
    recording: false,
    recordsLlm: false,
  });
  expect(runSpan(recorder, "s", { a: 1 }, (span) => (span.set({ b: 1 }), span.id.length))).toBe(16);
});

test("SpanIds counts up in order, beyond eight digits too", () => {
  const ids = new SpanIds("abcd0123");
  expect([ids.next(), ids.next()]).toEqual([1, 2]);
  expect(ids.text(256)).toBe("abcd012300000100");
  expect(ids.text(0x1_0000_0000)).toBe("abcd0123100000000");
});

test("millisecondsText writes what JSON writes", () => {
  fc.assert(fc.property(fc.nat(), (us) => {
    expect(millisecondsText(us / 1000)).toBe(JSON.stringify(us / 1000));
  }));
  for (const us of [0, 1, 10, 100, 999, 1000, 1001, 1_000_000]) {
    expect(millisecondsText(us / 1000)).toBe(JSON.stringify(us / 1000));
  }
});
