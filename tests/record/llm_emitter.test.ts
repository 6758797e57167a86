import { EventEmitter } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { check, llmTranscriptSchema } from "../../lib/format/mod.ts";
import { runLlmCall } from "../../lib/record/mod.ts";
import { desk } from "./fixture.ts";

const call = {
  provider: "openai",
  model: "gpt-x",
  request: { messages: [{ role: "user", content: "hi" }] },
};

function transcripts({ files, json }: ReturnType<typeof desk>) {
  const all = files().filter((file) => file.includes("llm_transcripts/")).map(json);
  for (const one of all) expect(check(llmTranscriptSchema, one)).toEqual([]);
  return all;
}

const chunk = (content: string, finish_reason: string | null = null) => ({
  id: "c1",
  model: "gpt-x-2025",
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const sse = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const answered = { response: { content: "hello", stop_reason: "stop" }, error: null };

describe("a stream of Node", () => {
  const source = () =>
    Readable.from([sse(chunk("hel")), sse(chunk("lo", "stop"))].map(Buffer.from));
  const readers: Record<string, (stream: Readable) => Promise<string>> = {
    "on data": (stream) =>
      new Promise((resolve) => {
        let text = "";
        stream.on("data", (piece) => void (text += piece)).on("end", () => resolve(text));
      }),
    "pipe": async (stream) => {
      let text = "";
      for await (const piece of stream.pipe(new PassThrough())) text += piece;
      return text;
    },
    "for await": async (stream) => {
      let text = "";
      for await (const piece of stream) text += piece;
      return text;
    },
    "toWeb": (stream) => new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>).text(),
  };

  test.each(Object.keys(readers))(
    "read by %s is recorded once, and the reader gets all",
    async (way) => {
      const at = desk();
      const stream = source();
      const given = await runLlmCall(at.recorder, call, () => stream);
      expect(given).toBe(stream);
      const text = await readers[way]!(given);
      expect(text).toBe(sse(chunk("hel")) + sse(chunk("lo", "stop")));
      expect(transcripts(at)).toMatchObject([answered]);
    },
  );

  test("of plain text keeps characters that are cut between two pieces", async () => {
    const at = desk();
    const bytes = Buffer.from("größer 👍");
    const stream = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
    for await (const _ of await runLlmCall(at.recorder, call, () => stream));
    expect(transcripts(at)).toMatchObject([{ response: { content: "größer 👍" } }]);
  });

  test("is not set flowing, and one left early or failed is recorded as far as it came", async () => {
    const at = desk();
    const left = new PassThrough();
    await runLlmCall(at.recorder, call, () => left);
    left.write(sse(chunk("hel")));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(left.readableFlowing).toBe(null);
    expect(transcripts(at)).toEqual([]);
    expect(String(left.read())).toBe(sse(chunk("hel")));
    left.destroy();
    await new Promise((resolve) => left.once("close", resolve));
    expect(transcripts(at)).toMatchObject([{
      response: { content: "hel" },
      stream: { aborted: true },
    }]);

    const other = desk();
    const failed = new PassThrough();
    await runLlmCall(other.recorder, call, () => failed);
    const reason = new Error("socket hang up");
    const seen = new Promise((resolve) => failed.once("error", resolve));
    failed.destroy(reason);
    expect(await seen).toBe(reason);
    expect(transcripts(other)).toMatchObject([{ error: { message: "socket hang up" } }]);
  });
});

/** As the streams of OpenAI's and Anthropic's clients: events, promises, and an iterator over events. */
class HelperStream {
  readonly #events = new EventEmitter();
  readonly #done: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;
  #ended = false;
  listenersOfError = 0;

  constructor() {
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#done.catch(() => {});
  }

  get ended(): boolean {
    return this.#ended;
  }

  on(name: string, listener: (...values: unknown[]) => void): this {
    if (name === "error") this.listenersOfError++;
    else this.#events.on(name, listener);
    return this;
  }

  _emit(name: string, ...values: unknown[]): void {
    if (this.#ended) return;
    if (name === "end") this.#ended = true;
    if (name === "end") this.#resolve();
    if (name !== "error") this.#events.emit(name, ...values);
    if (name === "error" || name === "abort") {
      this.#reject(values[0]);
      this._emit("end");
    }
  }

  async final(): Promise<string> {
    await this.#done;
    return "final";
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown> {
    const waiting: unknown[] = [];
    let wake = () => {};
    this.on("chunk", (piece) => {
      waiting.push(piece);
      wake();
    }).on("end", () => wake());
    for (;;) {
      while (waiting.length > 0) yield waiting.shift();
      if (this.#ended) return;
      await new Promise<void>((resolve) => wake = resolve);
    }
  }
}

describe("a client's stream with events", () => {
  const say = (stream: HelperStream) => {
    stream._emit("connect");
    stream._emit("chunk", chunk("hel"), {});
    stream._emit("content", "hel");
    stream._emit("chunk", chunk("lo", "stop"), {});
    stream._emit("end");
  };

  test("that is only waited for, or only listened to, is recorded", async () => {
    const at = desk();
    const stream = new HelperStream();
    const given = await runLlmCall(at.recorder, call, () => stream);
    expect(given).toBe(stream);
    let heard = "";
    given.on("content", (text) => void (heard += text));
    setTimeout(() => say(stream), 1);
    expect(await given.final()).toBe("final");
    expect(heard).toBe("hel");
    expect(transcripts(at)).toMatchObject([answered]);
  });

  test("that is iterated is recorded once", async () => {
    const at = desk();
    const stream = new HelperStream();
    const given = await runLlmCall(at.recorder, call, () => stream);
    setTimeout(() => say(stream), 1);
    const pieces: unknown[] = [];
    for await (const piece of given) pieces.push(piece);
    expect(pieces).toEqual([chunk("hel"), chunk("lo", "stop")]);
    expect(transcripts(at)).toMatchObject([answered]);
  });

  test("that fails or is aborted reaches its reader, without a listener of ours", async () => {
    const at = desk();
    const failing = new HelperStream();
    await runLlmCall(at.recorder, call, () => failing);
    const reason = new Error("overloaded");
    failing._emit("chunk", chunk("hel"), {});
    failing._emit("error", reason);
    await expect(failing.final()).rejects.toBe(reason);
    expect(failing.listenersOfError).toBe(0);
    const stopped = new HelperStream();
    await runLlmCall(at.recorder, call, () => stopped);
    stopped._emit("chunk", chunk("h"), {});
    stopped._emit("abort", new Error("aborted"));
    expect(transcripts(at)).toMatchObject([
      { response: { content: "hel" }, error: { message: "overloaded" } },
      { response: { content: "h" }, stream: { aborted: true }, error: null },
    ]);
  });

  test("that has ended already, or is frozen, passes unharmed", async () => {
    const at = desk();
    const over = new HelperStream();
    over._emit("end");
    const given = await runLlmCall(at.recorder, call, () => over);
    expect(await given.final()).toBe("final");
    const frozen = Object.freeze(new HelperStream()) as HelperStream;
    const same = await runLlmCall(at.recorder, call, () => frozen);
    setTimeout(() => say(frozen), 1);
    for await (const _ of same);
    expect(transcripts(at).at(-1)).toMatchObject(answered);
  });
});
