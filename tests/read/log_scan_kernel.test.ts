import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadLogKernels } from "../../cli/report/log_kernels.ts";
import type { Problem } from "../../lib/format/mod.ts";
import { createLogRowReader, type LogRow, LogScanKernel } from "../../lib/read/mod.ts";
import { bytesOf, chunksOf } from "./helpers.ts";
import { anyLine, anyLineText } from "./log_rows.ts";

// `npm run build` compiles it from cli/report/wasm.
const kernels = await loadLogKernels();
if (!kernels) throw new Error("the log's kernels were not built");

function start(): LogScanKernel {
  const kernel = LogScanKernel.start(kernels!);
  if (!kernel) throw new Error("the kernel does not start");
  return kernel;
}

/** All that rows say, their texts as positions. */
function read(data: Uint8Array, size: number, kernel?: LogScanKernel): unknown {
  const problems: Problem[] = [];
  const reader = createLogRowReader("log", (problem) => problems.push(problem), { kernel });
  const rows = chunksOf(data, size).flatMap((chunk) => reader.push(chunk).map(valuesOf));
  return { rows: [...rows, ...reader.finish().map(valuesOf)], problems };
}

function valuesOf(row: LogRow): unknown {
  const { time, level, operation, trace_id, duration_ms, event, file, line, text } = row;
  const kept = row.kept().record();
  expect(kept).toEqual(row.record());
  if (text === null) return { time, level, operation, trace_id, duration_ms, event, kept };
  const { messageStart, messageEnd, contextStart, contextEnd, session } = text;
  const { start: first, end, restStart, eventStart, eventEnd } = text;
  return {
    ...{ time, level, operation, trace_id, duration_ms, event, file, line, session, kept },
    places: [first, messageStart, messageEnd, contextStart, contextEnd],
    rest: [restStart, eventStart, eventEnd, end],
    bytes: new TextDecoder().decode(text.bytes.subarray(first, end)),
  };
}

describe("LogScanKernel", () => {
  test("gives the rows that TypeScript gives, whatever the lines", () => {
    const shared = start();
    fc.assert(
      fc.property(
        fc.array(anyLineText, { maxLength: 12 }),
        fc.constantFrom("\n", ""),
        fc.nat(3000).map((size) => size + 1),
        (lines, last, size) => {
          const data = bytesOf(lines.join("\n") + last);
          expect(read(data, size, shared)).toEqual(read(data, size));
        },
      ),
      { numRuns: 600 },
    );
  });

  test("gives them of what planloop writes, and of bytes that are no UTF-8", () => {
    const shared = start();
    let recognised = 0;
    fc.assert(
      fc.property(
        fc.array(anyLine, { minLength: 1, maxLength: 6 }),
        fc.nat(4000),
        fc.option(fc.integer({ min: 0, max: 0xff })),
        (lines, at, byte) => {
          const data = bytesOf(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
          if (byte !== null) data[at % data.length] = byte;
          const { rows } = read(data, 1 << 16, shared) as { rows: { places?: unknown }[] };
          expect(rows).toEqual((read(data, 1 << 16) as { rows: unknown[] }).rows);
          recognised += rows.filter(({ places }) => places !== undefined).length;
        },
      ),
      { numRuns: 600 },
    );
    expect(recognised).toBeGreaterThan(300);
  });

  test("knows more words than it has places for", () => {
    const line = (id: number) =>
      `{"timestamp":"2025-11-18T08:14:17.585Z","level":"INFO","trace_id":"tr_${id}",` +
      `"session_id":"demo","operation":"${"o".repeat(id % 129)}","message":"","context":{},` +
      `"duration_ms":null}\n`;
    const ids = Array.from({ length: 30_000 }, (_, index) => index * 7919 % 9000);
    const data = bytesOf(ids.map(line).join(""));
    const kernel = start();
    const reader = createLogRowReader("log", () => expect.unreachable(), { kernel });
    const rows = chunksOf(data, 100_000).flatMap((chunk) => reader.push(chunk));
    expect(rows.every(({ text }) => text !== null)).toBe(true);
    expect(rows.map(({ trace_id }) => trace_id)).toEqual(ids.map((id) => `tr_${id}`));
    expect(rows.map(({ operation }) => operation.length)).toEqual(ids.map((id) => id % 129));
  });

  test("leaves words that nobody read for the next reader", () => {
    const kernel = start();
    const line = (id: string) =>
      bytesOf(
        `{"timestamp":"2025-11-18T08:14:17.585Z","level":"INFO","trace_id":"${id}",` +
          `"session_id":"demo","operation":"${id}","message":"","context":{},"duration_ms":null}\n`,
      );
    const two = new Uint8Array([...line("first"), ...line("second")]);
    const parse = () => expect.unreachable();
    kernel.load(two);
    expect(kernel.read(0, "log", 1, parse)?.trace_id).toBe("first");
    kernel.load(line("second"));
    expect(kernel.read(0, "log", 1, parse)?.trace_id).toBe("second");
  });

  test("leaves a block that is too large to TypeScript", () => {
    const kernel = start();
    const message = "m".repeat(17 * 1024 * 1024);
    const data = bytesOf(
      `{"timestamp":"2025-11-18T08:14:17.585Z","level":"INFO","trace_id":null,` +
        `"session_id":"demo","operation":"","message":"${message}","context":{},` +
        `"duration_ms":null}\n`,
    );
    expect(kernel.load(data)).toBe(false);
    const reader = createLogRowReader("log", () => expect.unreachable(), { kernel });
    const [row] = reader.push(data);
    expect(row?.text?.messageEnd! - row?.text?.messageStart!).toBe(message.length);
    const large = bytesOf(`${new TextDecoder().decode(data.subarray(0, 1 << 20))}"\n`);
    expect(kernel.load(large)).toBe(true);
  });
});
