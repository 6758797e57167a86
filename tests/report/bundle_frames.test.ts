/**
 * Chunks that a server sends, through the reader of the page, however the stream is cut.
 */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFrame, type FrameName } from "../../lib/bundle/frame.ts";
import { readFrames } from "../../report/data/bundle_frames.ts";

interface Sent {
  name: FrameName;
  bytes: Uint8Array<ArrayBuffer>;
}

const sentFrame: fc.Arbitrary<Sent> = fc.record({
  name: fc.record({
    kind: fc.constantFrom<FrameName["kind"]>("section", "header"),
    name: fc.string({ unit: "grapheme", maxLength: 12 }),
    index: fc.nat({ max: 1_000_000 }),
    inflated: fc.nat(),
  }),
  bytes: fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
});

function joined(frames: readonly Sent[]): Uint8Array<ArrayBuffer> {
  const parts = frames.map(({ name, bytes }) => encodeFrame(name, bytes));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A stream of the bytes in pieces, whose lengths are taken from a list over and over. */
function inPieces(
  bytes: Uint8Array<ArrayBuffer>,
  lengths: readonly number[],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  let piece = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const end = at + (lengths[piece++ % lengths.length] ?? 1);
      controller.enqueue(bytes.slice(at, end));
      at = end;
    },
  });
}

async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Sent[]> {
  const frames: Sent[] = [];
  for await (const { kind, name, index, inflated, bytes } of readFrames(stream)) {
    frames.push({
      name: { kind: kind as FrameName["kind"], name, index, inflated },
      bytes: bytes as Uint8Array<ArrayBuffer>,
    });
  }
  return frames;
}

const pieceLengths = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 });

describe("readFrames", () => {
  test("gives what encodeFrame was given, wherever the stream is divided", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sentFrame, { maxLength: 6 }), pieceLengths, async (sent, cuts) => {
        expect(await readAll(inPieces(joined(sent), cuts))).toEqual(sent);
      }),
      { numRuns: 100 },
    );
  });

  test("refuses a stream that ends inside of a chunk, and no other", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(sentFrame, { minLength: 1, maxLength: 4 }),
        pieceLengths,
        fc.nat(),
        async (sent, cuts, place) => {
          const all = joined(sent);
          const end = place % all.length;
          const bounds = sent.map((_, count) => joined(sent.slice(0, count)).length);
          const read = readAll(inPieces(all.slice(0, end), cuts));
          const whole = bounds.indexOf(end);
          if (whole < 0) await expect(read).rejects.toThrow("ends in the middle");
          else expect(await read).toEqual(sent.slice(0, whole));
        },
      ),
      { numRuns: 100 },
    );
  });
});
