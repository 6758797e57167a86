/**
 * A session's payload, as a report has it, over HTTP.
 *
 * @module
 */

import type { BundleRedactor, BundleSource, Deflate, ReportHeader } from "../lib/bundle/mod.ts";
import { encodeFrame, type FrameName, writeBundle } from "../lib/bundle/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";

/** What a payload is made with. */
export interface PayloadOptions {
  runtime: Runtime;
  /** Counts what it replaced, so that each payload needs one of its own. */
  redactor: BundleRedactor;
  version: string;
  /** Compresses the payload's chunks. */
  deflate: Deflate;
}

/**
 * Streams a session's payload: its chunks as they are made, and its header at the end. It is made as
 * fast as it is taken.
 */
export function payloadStream(
  session: StoredSession,
  { runtime, redactor, version, deflate }: PayloadOptions,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const send = async (name: FrameName, bytes: Uint8Array) => {
    await writer.ready;
    await writer.write(encodeFrame(name, bytes));
  };
  const make = async () => {
    const watched = new RunningTraces(runtime);
    const { header } = await writeBundle(
      watched.within(session),
      async ({ bytes, inflatedBytes: inflated, ...name }) =>
        await send({ ...name, inflated }, bytes),
      {
        deflate,
        redactor,
        planloopVersion: version,
        // Digests would take longer than all the rest, and of a session that grows they say nothing.
        inputs: () => Promise.resolve([]),
      },
    );
    const bytes = new TextEncoder().encode(
      JSON.stringify({ ...header, running: watched.ids } satisfies ReportHeader),
    );
    await send({ kind: "header", inflated: bytes.length }, bytes);
    await writer.close();
  };
  // A reader that goes away ends the making: its writes fail.
  make().catch((error) => writer.abort(error).catch(() => {}));
  return readable;
}

/** Most traces of which it is looked up whether they still run: each asks the system. */
const runningMax = 1000;

/** Notes which traces of a session have no end but a process that lives. */
class RunningTraces {
  readonly ids: string[] = [];
  readonly #runtime: Runtime;
  #looked = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The same session, whose traces are noted as they are read. */
  within(session: StoredSession): BundleSource {
    const note = async function* (this: RunningTraces): ReturnType<BundleSource["traces"]> {
      for await (const source of session.traces()) {
        const { trace_id, status, pid } = source.record;
        if (status === "running" && pid !== undefined && this.#looked < runningMax) {
          this.#looked += 1;
          if (this.#runtime.process.isAlive(pid)) this.ids.push(trace_id);
        }
        yield source;
      }
    };
    return new Proxy<BundleSource>(session, {
      get: (_, name: keyof BundleSource) => {
        if (name === "traces") return note.bind(this);
        // Of the session itself: its private parts are its own.
        const value: unknown = Reflect.get(session, name, session);
        return typeof value === "function" ? value.bind(session) : value;
      },
    });
  }
}
