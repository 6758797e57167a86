import { deflateRawSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { DictionaryBuilder, encodeLogBlock } from "../../../lib/bundle/log_block.ts";
import type { ReportHeader } from "../../../lib/bundle/header.ts";
import { EmbeddedSource } from "../../../report/data/embedded_source.ts";
import type { FromWorker } from "../../../report/data/log_protocol.ts";
import { startLogService } from "../../../report/data/log_service.ts";
import { createSampleSource } from "../../../report/sample/mod.ts";

const sample = createSampleSource();
const records = await sample.logs.records(Array.from({ length: 900 }, (_, i) => i));

/** A service on this thread, as where no worker may start. */
const startPort = (onMessage: (message: FromWorker) => void) => ({
  send: startLogService(onMessage),
});

function build(blockRows = 300) {
  const words = new DictionaryBuilder();
  const blocks = [];
  for (let at = 0; at < records.length; at += blockRows) {
    blocks.push(encodeLogBlock(records.slice(at, at + blockRows), words));
  }
  const header: ReportHeader = {
    ...sample.header,
    logs: {
      rows: records.length,
      text_bytes: 0,
      blocks: blocks.map((block) => ({
        rows: block.rows,
        column_bytes: block.columns.length,
        text_bytes: block.text.length,
      })),
    },
    document_blocks: [11],
  };
  const source = new EmbeddedSource(header, startPort);
  return { source, blocks, words };
}

function give(
  source: EmbeddedSource,
  kind: string,
  name: string,
  index: number,
  raw: Uint8Array,
  parts = 1,
) {
  const packed = Uint8Array.from(deflateRawSync(raw));
  const size = Math.ceil(packed.length / parts);
  for (let part = 0; part < parts; part++) {
    const bytes = packed.slice(part * size, (part + 1) * size);
    source.take({ kind, name, index, inflated: raw.length, part, parts, bytes });
  }
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const end = {
  kind: "end",
  name: "",
  index: 0,
  inflated: 0,
  part: 0,
  parts: 1,
  bytes: new Uint8Array(0),
};

function whole() {
  const built = build();
  give(built.source, "section", "dictionaries", 0, json(built.words.finish()));
  built.blocks.forEach((block, i) => {
    give(built.source, "columns", "", i, block.columns);
    give(built.source, "text", "", i, block.text, i + 1);
  });
  built.source.take(end);
  return built.source;
}

describe("EmbeddedSource", () => {
  test("EmbeddedSource gives the first block's rows before anything else is read", async () => {
    const { source, blocks, words } = build();
    give(source, "section", "dictionaries", 0, json(words.finish()));
    give(source, "columns", "", 0, blocks[0]!.columns);
    give(source, "text", "", 0, blocks[0]!.text);
    expect(source.logs.loaded).toBe(300);
    expect(await source.logs.records([0, 299])).toEqual([records[0], records[299]]);
  });

  test("EmbeddedSource gives the first block's records without a wait once their words are known", async () => {
    const source = whole();
    expect(source.logs.recordNow(7)).toBeNull();
    await source.logs.records([0]);
    expect(source.logs.recordNow(7)).toEqual(records[7]);
    await source.logs.ready;
    expect(source.logs.recordNow(records.length - 1)).toBeNull();
    expect(source.logs.recordNow(records.length)).toBeNull();
  });

  test("EmbeddedSource gives every record as it was, in the order asked", async () => {
    const source = whole();
    await source.logs.ready;
    expect(source.logs.loaded).toBe(records.length);
    const rows = records.map((_, i) => (i * 7) % records.length);
    expect(await source.logs.records(rows)).toEqual(rows.map((row) => records[row]));
  });

  test("EmbeddedSource calls back at once and whenever columns arrive, until told to stop", async () => {
    const { source, blocks } = build();
    const heard: number[] = [];
    const stop = source.logs.onLoad((loaded) => heard.push(loaded));
    give(source, "columns", "", 0, blocks[0]!.columns);
    stop();
    give(source, "columns", "", 1, blocks[1]!.columns);
    await vi.waitFor(() => expect(source.logs.loaded).toBe(600));
    expect(heard).toEqual([0, 300]);
  });

  test("EmbeddedSource finds the rows that hold a text in message or context", async () => {
    const { logs } = whole();
    const { matches, count } = await logs.search("QUEUE");
    const expected = records.map(({ message, context }) =>
      JSON.stringify([message, context]).toLowerCase().includes("queue") ? 1 : 0
    );
    const session = records.find(({ extra }) => extra["session_id"])!.extra["session_id"] as string;
    const spoken = records.filter(({ message }) => message.includes(session)).length;
    expect((await logs.search(session)).count).toBe(spoken);
    expect((await logs.search("lock_entry_id")).count).toBe(0);
    expect([...matches]).toEqual(expected);
    expect(count).toBe(expected.filter(Boolean).length);
    expect(count).toBeGreaterThan(0);
  });

  test("EmbeddedSource ranks messages over all blocks, once", async () => {
    const { logs } = whole();
    const ranks = await logs.messageRanks();
    const bytes = records.map(({ message }) => Buffer.from(message));
    const sorted = [...bytes].sort(Buffer.compare)
      .filter((text, i, all) => i === 0 || !text.equals(all[i - 1]!));
    expect([...ranks]).toEqual(
      bytes.map((text) => sorted.findIndex((other) => other.equals(text))),
    );
    expect(await logs.messageRanks()).toBe(ranks);
  });

  test("EmbeddedSource keeps a section waiting until it arrives, and parses it once", async () => {
    const { source } = build();
    const first = source.section("problems");
    give(source, "section", "problems", 0, json([{ file: "x" }]), 2);
    expect(await first).toEqual([{ file: "x" }]);
    expect(source.section("problems")).toBe(first);
  });

  test("EmbeddedSource says which section the page ends without", async () => {
    const { source } = build();
    const waiting = source.section("traces");
    source.take(end);
    await expect(waiting).rejects.toThrow(/"section:traces": the report ends without it/);
    await expect(source.section("locks")).rejects.toThrow(/ends without it/);
  });

  test("EmbeddedSource opens documents by reference, and refuses references outside", async () => {
    const { source } = build();
    give(source, "documents", "", 0, json({ a: 1 }).length === 7 ? json([{ a: 1 }, 2]) : json(0));
    expect(await source.document([0, 1, 7])).toEqual({ a: 1 });
    for (const ref of [[1, 0, 5], [0, 0, 12], [0, -1, 5], [0, 0, 0], [0, NaN, 5]] as const) {
      await expect(source.document(ref)).rejects.toThrow(RangeError);
    }
  });

  test("EmbeddedSource says that the log is damaged instead of waiting for ever", async () => {
    const { source, blocks } = build();
    give(source, "columns", "", 0, blocks[0]!.columns);
    give(source, "text", "", 0, blocks[0]!.text);
    give(source, "columns", "", 1, blocks[1]!.columns.subarray(0, 50));
    await expect(source.logs.ready).rejects.toThrow(/block 2 of the log/);
  });
});
