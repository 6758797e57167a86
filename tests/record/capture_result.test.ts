import { PassThrough, Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { describe, expect, test } from "vitest";
import { runTrace, wrapWithCapture } from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

/** Wraps a function that gives a value, and tells what was reported. */
function given<T>(value: T): { result: T; messages: () => unknown[] } {
  const at = desk();
  const wrapped = wrapWithCapture(() => at.recorder, function make() {
    return value;
  });
  const messages = () =>
    at.files().filter((file) => /_error(_\d+)?\.json$/.test(file))
      .map((file) => at.json(file)["error_message"]);
  return { result: wrapped(), messages };
}

async function all(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const piece of source) read.push(piece);
  return read;
}

describe("wrapWithCapture: web streams", () => {
  function counting(fail?: Error) {
    let pulls = 0;
    const cancelled: unknown[] = [];
    const stream = new ReadableStream<number>({
      pull(controller) {
        pulls += 1;
        if (pulls <= 2) controller.enqueue(pulls);
        else if (fail) controller.error(fail);
        else controller.close();
      },
      cancel: (reason) => void cancelled.push(reason),
    }, { highWaterMark: 0 });
    return { stream, pulls: () => pulls, cancelled };
  }

  test("pass every piece on, and the identical error, which is reported", async () => {
    const calm = given(counting().stream);
    expect(await all(calm.result)).toEqual([1, 2]);
    expect(calm.messages()).toEqual([]);
    const error = new Error("torn");
    const torn = given(counting(error).stream);
    await expect(all(torn.result)).rejects.toBe(error);
    expect(torn.messages()).toEqual(["torn"]);
  });

  test("ask for nothing by themselves, and pass a cancel on", async () => {
    const { stream, pulls, cancelled } = counting();
    const { result, messages } = given(stream);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(pulls()).toBe(0);
    const reader = result.getReader();
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    expect(pulls()).toBe(1);
    await reader.cancel("enough");
    expect(cancelled).toEqual(["enough"]);
    expect(messages()).toEqual([]);
  });

  test("of bytes stay streams of bytes", async () => {
    const pieces = [new Uint8Array([1, 2, 3]), new Uint8Array([4])];
    const { result } = given(
      new ReadableStream({
        type: "bytes",
        pull(controller: ReadableByteStreamController) {
          const piece = pieces.shift();
          if (piece) return controller.enqueue(piece);
          controller.close();
          controller.byobRequest?.respond(0);
        },
      } as UnderlyingByteSource),
    );
    const reader = result.getReader({ mode: "byob" });
    const first = await reader.read(new Uint8Array(2));
    expect([...first.value!]).toEqual([1, 2]);
    expect([...(await reader.read(new Uint8Array(8))).value!]).toEqual([3]);
    expect([...(await reader.read(new Uint8Array(8))).value!]).toEqual([4]);
    expect((await reader.read(new Uint8Array(8))).done).toBe(true);
  });

  test("that somebody reads already come back as they are", () => {
    const stream = new ReadableStream();
    stream.getReader();
    expect(given(stream).result).toBe(stream);
  });
});

describe("wrapWithCapture: Node streams", () => {
  test("stay the identical object; what they fail with is reported once, however they are read", async () => {
    const error = new Error("no more");
    const failing = () =>
      Readable.from((function* () {
        yield "a";
        throw error;
      })());
    const iterated = given(failing());
    await expect(all(iterated.result)).rejects.toBe(error);
    expect(iterated.messages()).toEqual(["no more"]);
    const source = failing();
    const piped = given(source);
    expect(piped.result).toBe(source);
    expect(source.listenerCount("error")).toBe(0);
    source.pipe(new PassThrough()).resume();
    await expect(finished(source)).rejects.toBe(error);
    expect(piped.messages()).toEqual(["no more"]);
    const calm = given(Readable.from(["a", "b"]));
    expect(await all(calm.result)).toEqual(["a", "b"]);
    expect(calm.messages()).toEqual([]);
  });

  test("that have failed already are reported at once", async () => {
    const stream = new PassThrough();
    stream.on("error", () => {}).destroy(new Error("early"));
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(given(stream).messages()).toEqual(["early"]);
  });
});

describe("wrapWithCapture: thenables", () => {
  /** As queries of databases are: nothing happens before somebody waits, and then each time. */
  class Query {
    runs = 0;
    readonly #fails: boolean;
    constructor(fails: boolean) {
      this.#fails = fails;
    }
    where(): this {
      return this;
    }
    then<A>(ok?: (value: number) => A, bad?: (error: unknown) => A): Promise<A> {
      this.runs += 1;
      const done = this.#fails ? Promise.reject(new Error("no table")) : Promise.resolve(7);
      return done.then(ok, bad) as Promise<A>;
    }
    catch<A>(bad: (error: unknown) => A): Promise<A> {
      return this.then(undefined, bad);
    }
  }

  test("that begin when somebody waits run as often as the caller asks, and are followed", async () => {
    const query = new Query(false);
    const { result, messages } = given(query);
    expect(result).toBe(query);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(query.runs).toBe(0);
    expect(await result.where()).toBe(7);
    expect(query.runs).toBe(1);
    expect(Object.keys(result)).toEqual(["runs"]);
    expect(messages()).toEqual([]);
    const failing = given(new Query(true));
    await expect(Promise.resolve(failing.result)).rejects.toThrow("no table");
    expect(failing.result.runs).toBe(1);
    expect(await failing.result.catch(() => "caught")).toBe("caught");
    expect(failing.messages()).toEqual(["no table", "no table"]);
  });

  test("promises with methods of their own keep them and their identity", async () => {
    class Answer<T> extends Promise<T> {
      #id = 5;
      id() {
        return this.#id;
      }
    }
    const error = new Error("refused");
    const answer = Answer.reject(error) as Answer<never>;
    const { result, messages } = given(answer);
    expect(result).toBe(answer);
    expect(result.id()).toBe(5);
    expect(messages()).toEqual([]);
    await expect(result).rejects.toBe(error);
    await result.finally(() => {}).catch(() => {});
    expect(messages()).toEqual(["refused"]);
  });

  test("one that is kept and given often is followed once", async () => {
    const at = desk();
    const kept = new Query(false);
    const wrapped = wrapWithCapture(() => at.recorder, () => kept);
    wrapped();
    const { then } = kept;
    for (let times = 0; times < 10; times++) wrapped();
    expect(kept.then).toBe(then);
    expect(await wrapped()).toBe(7);
  });

  test("what a thenable gives is followed too", async () => {
    const error = new Error("inside");
    const { result, messages } = given({
      then(ok: (value: unknown) => void) {
        ok((function* () {
          yield 1;
          throw error;
        })());
      },
    });
    const generator = await (result as unknown as Promise<Generator>);
    expect(() => [...generator]).toThrow(error);
    expect(messages()).toEqual(["inside"]);
  });
});

describe("wrapWithCapture: values that resist", () => {
  test("frozen ones, and those that throw when they are looked at, come back as they are", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(given(proxy).result).toBe(proxy);
    const thrower = {
      get then() {
        throw new Error("do not look");
      },
    };
    expect(given(thrower).result).toBe(thrower);
    const thenable = Object.freeze({ then: (ok: (value: number) => void) => ok(3) });
    expect(given(thenable).result).toBe(thenable);
    const iterable = Object.freeze({
      async *[Symbol.asyncIterator]() {
        yield 1;
      },
    });
    expect(await all(given(iterable).result)).toEqual([1]);
  });
});

test("wrapWithCapture: a stream that is read outside of the trace that made it fails inside it", async () => {
  const at = desk();
  const make = wrapWithCapture(() => at.recorder, function make(name: string) {
    return new ReadableStream({
      pull: () => Promise.reject(new Error(`${name} is torn`)),
    }, { highWaterMark: 0 });
  });
  const stream = runTrace(at.recorder, "fetch", (trace) => {
    trace.set({ attempt: 2 });
    return make("page");
  }, { traceId: "tr_fetch" });
  await expect(all(stream)).rejects.toThrow("page is torn");
  expect(at.json("logs/errors/tr_fetch_error.json")).toMatchObject({
    operation: "fetch",
    function: "make",
    local_variables: { name: "page", attempt: 2 },
    open_spans: [],
  });
});
