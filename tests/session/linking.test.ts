import { EventEmitter, once } from "node:events";
import { createReadStream, readFile } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { PassThrough, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openSession, type Session } from "../../lib/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";

const here = import.meta.filename!;

/** What carries a flow on: calls `step` at once or later, and is done when that has happened. */
const carriers: Record<string, (step: () => void) => unknown> = {
  "a plain call": (step) => step(),
  "await": async (step) => {
    await undefined;
    step();
  },
  "a promise's then, catch and finally": (step) =>
    Promise.reject(new Error("x")).catch(step).then(step).finally(step),
  "Promise.all and race": (step) =>
    Promise.all([Promise.race([sleep(1), sleep(50)]).then(step), sleep(1).then(step)]),
  "queueMicrotask": (step) => new Promise<void>((done) => queueMicrotask(() => done(step()))),
  "process.nextTick": (step) => new Promise<void>((done) => process.nextTick(() => done(step()))),
  "setTimeout": (step) => new Promise<void>((done) => setTimeout(() => done(step()), 1)),
  "setImmediate": (step) => new Promise<void>((done) => setImmediate(() => done(step()))),
  "setInterval": (step) =>
    new Promise<void>((done) => {
      let count = 0;
      const timer = setInterval(() => {
        step();
        if (++count < 2) return;
        clearInterval(timer);
        done();
      }, 1);
    }),
  "a callback of the file system": (step) =>
    new Promise<void>((done) => readFile(here, () => done(step()))),
  "an async generator": async (step) => {
    const steps = async function* () {
      await sleep(1);
      yield step();
      await undefined;
      yield step();
    };
    for await (const _ of steps()) step();
  },
  "an emitter's listener, for what is emitted inside": (step) => {
    const emitter = new EventEmitter().on("event", step);
    return sleep(1).then(() => emitter.emit("event"));
  },
  "waiting for an event": async (step) => {
    const emitter = new EventEmitter();
    setTimeout(() => emitter.emit("event"), 1);
    await once(emitter, "event");
    step();
  },
  "an event target": (step) => {
    const target = new EventTarget();
    target.addEventListener("event", step);
    return sleep(1).then(() => target.dispatchEvent(new Event("event")));
  },
  "a Node stream's events": (step) =>
    new Promise<void>((done) => {
      createReadStream(here).on("data", step).on("end", step).on("close", done);
    }),
  "a pipeline of Node streams": (step) =>
    pipeline(
      Readable.from(["a", "b"]),
      new Transform({
        objectMode: true,
        transform(piece, _encoding, done) {
          step();
          done(null, piece);
        },
      }),
      new PassThrough().resume(),
    ),
  "a web stream's source, transform and sink": (step) =>
    new ReadableStream({
      pull(controller) {
        step();
        controller.enqueue("a");
        controller.close();
      },
    }, { highWaterMark: 0 }).pipeThrough(
      new TransformStream({
        transform(piece, controller) {
          step();
          controller.enqueue(piece);
        },
      }),
    ).pipeTo(new WritableStream({ write: () => step() })),
  "a request over the network": async (step) => {
    const server = createServer((_request, response) => void response.end("ok"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = server.address() as AddressInfo;
      await (await fetch(`http://127.0.0.1:${port}`, { headers: { connection: "close" } })).text();
      step();
    } finally {
      server.close();
    }
  },
};

function linesOf(session: Session, runtime: ReturnType<typeof fakeRuntime>) {
  return runtime.files.readText(`${session.path}/logs/planloop.jsonl`).trimEnd().split("\n")
    .map((line) => JSON.parse(line)).filter(({ message }) => message === "step");
}

describe("the trace follows", () => {
  test.each(Object.entries(carriers))("%s", async (_, carry) => {
    const runtime = fakeRuntime();
    const session = openSession({ name: "s", runtime });
    // Two at once: each keeps to its own.
    await Promise.all(["tr_a", "tr_b"].map((traceId) =>
      session.trace(traceId, async () => {
        await carry(() => session.info("step", { own: traceId }));
      }, { traceId })
    ));
    session.info("step", { own: null });
    session.close();
    const lines = linesOf(session, runtime);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const { trace_id, context } of lines) expect(trace_id).toBe(context.own);
  });

  test("no listener into another flow: what is emitted outside is outside", () => {
    const runtime = fakeRuntime();
    const session = openSession({ name: "s", runtime });
    const emitter = new EventEmitter();
    session.trace("op", () => emitter.on("event", () => session.info("step")));
    emitter.emit("event");
    session.close();
    expect(linesOf(session, runtime)).toMatchObject([{ trace_id: null }]);
  });
});
