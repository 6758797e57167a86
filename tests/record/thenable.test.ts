import { describe, expect, test } from "vitest";
import { runSpan, runTrace, wrapWithCapture } from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

/** As a query builder is: it runs when it is waited for, each time. */
class Query {
  runs = 0;
  readonly #outcome: () => Promise<number>;
  constructor(outcome: () => Promise<number>) {
    this.#outcome = outcome;
  }
  then<A, B>(ok?: (value: number) => A, bad?: (error: unknown) => B): Promise<A | B> {
    this.runs += 1;
    return this.#outcome().then(ok, bad) as Promise<A | B>;
  }
}

function spansOf(at: ReturnType<typeof desk>) {
  return at.json("logs/traces/tr_q.json")["spans"] as Record<string, unknown>[];
}

describe("runSpan around a thenable", () => {
  test("runs it once, when the caller waits, and ends with it", async () => {
    const at = desk();
    const query = new Query(() => {
      at.runtime.advance(30);
      return Promise.resolve(7);
    });
    await runTrace(at.recorder, "op", async () => {
      const pending = runSpan(at.recorder, "query", {}, () => query);
      expect(pending).toBe(query);
      at.runtime.advance(10);
      expect(query.runs).toBe(0);
      expect(await pending).toBe(7);
      at.runtime.advance(500);
      expect(query.runs).toBe(1);
      expect(await pending).toBe(7);
    }, { traceId: "tr_q" });
    expect(spansOf(at)).toMatchObject([{ name: "query", status: "success", duration_ms: 40 }]);
  });

  test("that fails: the span says so, and each of several spans around it ends", async () => {
    const at = desk();
    const error = new RangeError("no table");
    const find = wrapWithCapture(() => at.recorder, function find() {
      return new Query(() => Promise.reject(error));
    });
    const caught = await runTrace(
      at.recorder,
      "op",
      () =>
        runSpan(at.recorder, "outer", {}, () => runSpan(at.recorder, "inner", {}, find))
          .then(() => undefined, (reason) => reason),
      { traceId: "tr_q" },
    );
    expect(caught).toBe(error);
    expect(spansOf(at).map(({ name, status }) => [name, status]).sort())
      .toEqual([["inner", "error"], ["outer", "error"]]);
    expect(at.json("logs/errors/tr_q_error.json")).toMatchObject({ function: "find" });
  });

  test("that is frozen ends with the call", () => {
    const at = desk();
    const frozen = Object.freeze({ then: (ok: (value: number) => void) => ok(1) });
    runTrace(at.recorder, "op", () => {
      expect(runSpan(at.recorder, "query", {}, () => frozen)).toBe(frozen);
    }, { traceId: "tr_q" });
    expect(spansOf(at)).toMatchObject([{ status: "success" }]);
  });
});
