import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blockRowsMax,
  createLogColumns,
  decodeColumns,
  decodeRecord,
  DictionaryBuilder,
  dictionarySizeMax,
  encodeLogBlock,
  isOtherWord,
  LogBlockBuilder,
  type LogBlockBytes,
  otherWord,
  rowText,
} from "../../lib/bundle/log_block.ts";
import type { LogRecord } from "../../lib/read/log_record.ts";
import { anyRecord } from "./arbitrary_record.ts";

function record(values: Partial<LogRecord> = {}): LogRecord {
  return {
    time: 1_763_453_657_585,
    level: "INFO",
    operation: "update",
    trace_id: null,
    message: "Task 1 done",
    duration_ms: null,
    event: null,
    context: {},
    extra: {},
    file: "logs/planloop.jsonl",
    line: 1,
    ...values,
  };
}

function decodeAll(blocks: LogBlockBytes[], words: DictionaryBuilder): LogRecord[] {
  const columns = createLogColumns(blocks.reduce((sum, block) => sum + block.rows, 0));
  const records: LogRecord[] = [];
  let first = 0;
  for (const block of blocks) {
    const layout = decodeColumns(block.columns, block.rows, columns, first);
    expect(layout.starts.at(-1)).toBe(block.text.length);
    for (let row = 0; row < block.rows; row++) {
      const text = rowText(block.text, layout, row);
      records.push(decodeRecord(text, columns, first + row, words.finish()));
    }
    first += block.rows;
  }
  return records;
}

describe("encodeLogBlock", () => {
  test("gives back any records exactly", () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 90 }), (records) => {
        const words = new DictionaryBuilder();
        expect(decodeAll([encodeLogBlock(records, words)], words)).toEqual(records);
      }),
      { numRuns: 300 },
    );
  });

  test("gives back records over several blocks that share dictionaries", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyRecord, { maxLength: 8 }), { maxLength: 5 }), (parts) => {
        const words = new DictionaryBuilder();
        const blocks = parts.map((part) => encodeLogBlock(part, words));
        expect(decodeAll(blocks, words)).toEqual(parts.flat());
      }),
    );
  });

  test("puts rows with like messages side by side, and keeps the row order in the columns", () => {
    const rows = ["Task 1 done", "Lock lost", "Task 22 done", "Lock lost", "Task 0x3f done"];
    const words = new DictionaryBuilder();
    const block = encodeLogBlock(rows.map((message, i) => record({ message, line: i + 1 })), words);
    const text = new TextDecoder("latin1").decode(block.text);
    const messages = text.split("ÿ{}ÿ{}").filter(Boolean);
    expect(messages).toEqual([
      "Task 1 done",
      "Task 22 done",
      "Task 0x3f done",
      "Lock lost",
      "Lock lost",
    ]);
    const columns = createLogColumns(5);
    const layout = decodeColumns(block.columns, 5, columns, 0);
    expect([...layout.order]).toEqual([0, 2, 4, 1, 3]);
    expect([...layout.positions]).toEqual([0, 3, 1, 4, 2]);
    expect([...columns.line]).toEqual([1, 2, 3, 4, 5]);
  });

  test("writes the session's id once, however many rows begin their further keys with it", () => {
    const words = new DictionaryBuilder();
    const session_id = 'checkout "v2"';
    const records = [
      record({ extra: { session_id } }),
      record({ extra: { session_id, agent: "a" } }),
      record({ extra: { agent: "a", session_id } }),
      record({ extra: { session_id: "another" } }),
      record({ extra: { session_id: 7 } }),
      record({ extra: {} }),
      record({ extra: { session_id } }),
    ];
    const block = encodeLogBlock(records, words);
    expect(words.finish().session_id).toBe(session_id);
    const text = new TextDecoder("latin1").decode(block.text);
    expect(text.split("checkout").length - 1).toBe(1);
    const decoded = decodeAll([block], words);
    expect(decoded).toEqual(records);
    expect(decoded.map(({ extra }) => Object.keys(extra))).toEqual(
      records.map(({ extra }) => Object.keys(extra)),
    );
  });

  test("keeps text searchable as it reads: no escapes, whatever the script", () => {
    const words = new DictionaryBuilder();
    const block = encodeLogBlock([record({ message: 'naïve "漢字"\n' })], words);
    expect(new TextDecoder().decode(block.text)).toContain('naïve "漢字"\n');
  });

  test("keeps words that a full dictionary has no number for", () => {
    const words = new DictionaryBuilder();
    const records = Array.from(
      { length: dictionarySizeMax.files + 20 },
      (_, i) => record({ file: `logs/${i}.jsonl`, event: `event_${i}`, message: `ü ${i}` }),
    );
    const block = encodeLogBlock(records, words);
    expect(decodeAll([block], words)).toEqual(records);
    const columns = createLogColumns(block.rows);
    decodeColumns(block.columns, block.rows, columns, 0);
    expect(isOtherWord("files", columns.file.at(-1)!)).toBe(true);
    expect(words.finish().files[dictionarySizeMax.files]).toBe(otherWord);
    expect(words.finish().files.length).toBe(dictionarySizeMax.files + 1);
  });

  test("takes as many rows as a block may have, each with a template of its own", () => {
    const words = new DictionaryBuilder();
    const name = (i: number) => i.toString(36).replace(/\d/g, (digit) => "ABCDEFGHIJ"[+digit]!);
    const records = Array.from({ length: blockRowsMax }, (_, i) => record({ message: name(i) }));
    expect(decodeAll([encodeLogBlock(records, words)], words)).toEqual(records);
    expect(() => encodeLogBlock([...records, record()], words)).toThrow(
      "Cannot encode 65537 rows as a block: at most 65536",
    );
  });

  test("encodes one very long text of wide characters", () => {
    const words = new DictionaryBuilder();
    const records = [record({ message: "漢".repeat(3_000_000) }), record({ message: "short" })];
    const [long, short] = decodeAll([encodeLogBlock(records, words)], words);
    expect(long!.message === records[0]!.message).toBe(true);
    expect(short).toEqual(records[1]);
  });
});

describe("LogBlockBuilder", () => {
  test("is full at about a megabyte of text, and empty again after finish", () => {
    const words = new DictionaryBuilder();
    const builder = new LogBlockBuilder(words);
    const records: LogRecord[] = [];
    while (!builder.full) {
      const next = record({ message: "x".repeat(1000), line: records.length + 1 });
      records.push(next);
      builder.add(next);
    }
    const block = builder.finish();
    expect(block.text.length).toBeGreaterThan(1_000_000);
    expect(block.text.length).toBeLessThan(1_100_000);
    expect(builder.rows).toBe(0);
    expect(builder.full).toBe(false);
    builder.add(record({ line: 7 }));
    const next = builder.finish();
    expect(decodeAll([block, next], words)).toEqual([...records, record({ line: 7 })]);
  });
});

describe("decodeColumns", () => {
  const words = new DictionaryBuilder();
  const block = encodeLogBlock([record(), record({ time: 0.12345 })], words);

  test("refuses bytes of another size", () => {
    expect(() => decodeColumns(block.columns.subarray(1), 2, createLogColumns(2), 0))
      .toThrow("Cannot decode a block of 2 rows: found 83 bytes, expected ");
    expect(() => decodeColumns(new Uint8Array(3), 2, createLogColumns(2), 0)).toThrow(RangeError);
    expect(() => decodeColumns(block.columns, 3, createLogColumns(3), 0)).toThrow(RangeError);
  });

  test("refuses columns that are too short", () => {
    expect(() => decodeColumns(block.columns, 2, createLogColumns(2), 1))
      .toThrow("Cannot decode rows 1 to 3 into columns of 2");
  });

  test("decodeRecord and rowText refuse rows and bytes that are none", () => {
    const columns = createLogColumns(2);
    const layout = decodeColumns(block.columns, 2, columns, 0);
    expect(() => rowText(block.text, layout, 2)).toThrow("Cannot read row 2: expected 0 to 1");
    expect(() => decodeRecord(new Uint8Array([65, 255, 123]), columns, 0, words.finish()))
      .toThrow("Cannot read row 0: found 2 fields, expected 3 or 4");
  });
});
