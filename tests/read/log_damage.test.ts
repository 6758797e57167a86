import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTime } from "../../lib/format/mod.ts";
import { TimeReader } from "../../lib/read/time_reader.ts";
import { bytesOf, logLine, readLog } from "./helpers.ts";

const valid = bytesOf(
  Array.from({ length: 12 }, (_, at) =>
    logLine(`line ${at} ünï 漢字 "quoted" {brace`, at, {
      context: { list: [1, { deep: at }], text: "a\nb" },
    })).join("\n") + "\n",
);

/** Lines that hold anything but blanks, by number. */
function filledLines(bytes: Uint8Array): number[] {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\n")
    .flatMap((line, at) => line.trim() === "" ? [] : [at + 1]);
}

function checkEveryLineIsAccountedFor(bytes: Uint8Array, size: number): void {
  const { records, problems } = readLog(bytes, size);
  const seen = new Set(records.map(({ line }) => line));
  const lost = new Set(problems.filter((problem) => problem.lost).map(({ line }) => line!));
  for (const line of filledLines(bytes)) {
    expect(seen.has(line) || lost.has(line), `line ${line} is neither read nor lost`).toBe(true);
  }
  for (const problem of problems) {
    expect(problem.byte_start).toBeGreaterThanOrEqual(0);
    expect(problem.byte_end).toBeGreaterThanOrEqual(problem.byte_start!);
    expect(problem.byte_end).toBeLessThanOrEqual(bytes.length);
  }
}

test("property: a cut log never throws, and every line is read or lost", () => {
  fc.assert(
    fc.property(
      fc.nat(valid.length),
      fc.integer({ min: 1, max: 300 }),
      (end, size) => checkEveryLineIsAccountedFor(valid.slice(0, end), size),
    ),
    { numRuns: 150 },
  );
});

test("property: bits may flip anywhere", () => {
  const flips = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(7)), { maxLength: 30 });
  fc.assert(
    fc.property(flips, fc.integer({ min: 1, max: 3000 }), (places, size) => {
      const bytes = valid.slice();
      for (const [at, bit] of places) bytes[at] = bytes[at]! ^ (1 << bit);
      checkEveryLineIsAccountedFor(bytes, size);
    }),
    { numRuns: 200 },
  );
});

test("property: pieces may be missing from the middle", () => {
  fc.assert(
    fc.property(fc.nat(valid.length), fc.nat(400), fc.integer({ min: 1, max: 900 }), (
      at,
      length,
      size,
    ) => {
      const bytes = new Uint8Array([...valid.slice(0, at), ...valid.slice(at + length)]);
      checkEveryLineIsAccountedFor(bytes, size);
    }),
    { numRuns: 150 },
  );
});

test("property: the result does not depend on where chunks are cut", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(valid.length), (size, end) => {
      const bytes = valid.slice(0, end);
      expect(readLog(bytes, size)).toEqual(readLog(bytes, bytes.length + 1));
    }),
    { numRuns: 60 },
  );
});

test("TimeReader: property: reads what parseTime reads", () => {
  const reader = new TimeReader();
  const date = fc.date({
    min: new Date("1950-01-01T00:00:00Z"),
    max: new Date("2100-01-01T00:00:00Z"),
    noInvalidDate: true,
  });
  const end = fc.constantFrom("Z", "+00:00", "", "+05:30", "z", "X");
  const fraction = fc.constantFrom("", ".5", ".123", ".123456", ".123456789", ".", ".12x");
  fc.assert(
    fc.property(date, fraction, end, (moment, part, zone) => {
      const text = `${moment.toISOString().slice(0, 19)}${part}${zone}`;
      expect(reader.read(text)).toBe(parseTime(text) ?? null);
    }),
    { numRuns: 500 },
  );
  for (const text of ["2025-13-01T00:00:00Z", "2025-11-18T99:00:00Z", "2025-11-18Tab:00:00Z"]) {
    expect(reader.read(text)).toBe(parseTime(text) ?? null);
  }
});
