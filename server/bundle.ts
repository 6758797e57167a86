/**
 * A session's payload, as a report has it, over HTTP.
 *
 * @module
 */

import type { BundleRedactor } from "../lib/bundle/mod.ts";
import { encodeFrame, type FrameName, writeBundle } from "../lib/bundle/mod.ts";
import type { Runtime } from "../lib/runtime/mod.ts";
import type { StoredSession } from "../lib/store/mod.ts";

/** What a payload is made with. */
export interface PayloadOptions {
  runtime: Runtime;
  /** Counts what it replaced, so that each payload needs one of its own. */
  redactor: BundleRedactor;
  version: string;
}

/**
 * Streams a session's payload: its chunks as they are made, and its header at the end. It is made as
 * fast as it is taken.
 */
export function payloadStream(
  session: StoredSession,
  { runtime, redactor, version }: PayloadOptions,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const send = async (name: FrameName, bytes: Uint8Array) => {
    await writer.ready;
    await writer.write(encodeFrame(name, bytes));
  };
  const make = async () => {
    const { header } = await writeBundle(
      session,
      async ({ bytes, inflatedBytes: inflated, ...name }) =>
        await send({ ...name, inflated }, bytes),
      {
        deflate: runtime.deflateRaw,
        redactor,
        planloopVersion: version,
        // Digests would take longer than all the rest, and of a session that grows they say nothing.
        inputs: () => Promise.resolve([]),
      },
    );
    const bytes = new TextEncoder().encode(JSON.stringify(header));
    await send({ kind: "header", inflated: bytes.length }, bytes);
    await writer.close();
  };
  // A reader that goes away ends the making: its writes fail.
  make().catch((error) => writer.abort(error).catch(() => {}));
  return readable;
}
