import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLogColumns } from "../../../lib/bundle/log_block.ts";
import { blockRows, countWords, filterRows } from "../../../report/kernels/filter.ts";
import { sortByColumn, wordRanks } from "../../../report/kernels/sort.ts";

/** A stable sort with a comparator, NaN last. */
function naive(rows: number[], column: ArrayLike<number>, descending: boolean): number[] {
  return rows.map((row, at) => ({ row, at, value: column[row]! })).sort((a, b) => {
    const missing = Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    if (missing !== 0 || Number.isNaN(a.value)) return missing || a.at - b.at;
    return (descending ? b.value - a.value : a.value - b.value) || a.at - b.at;
  }).map(({ row }) => row);
}

const anyDouble = fc.oneof(
  fc.double({ noDefaultInfinity: true }),
  fc.constantFrom(0, -0, NaN, 1, -1, 1e-300, -1e300),
  fc.integer({ min: -5, max: 5 }),
);

describe("sortByColumn", () => {
  test("sortByColumn equals a stable comparator sort of any numbers", () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { maxLength: 60 }), fc.boolean(), (values, descending) => {
        const column = Float64Array.from(values);
        const rows = values.map((_, i) => i);
        expect([...sortByColumn(Uint32Array.from(rows), column, descending)])
          .toEqual(naive(rows, column, descending));
      }),
      { numRuns: 1500 },
    );
  });

  test("sortByColumn equals a stable comparator sort of integers, of some of the rows", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(59), { maxLength: 60 }),
        fc.boolean(),
        (values, picks, descending) => {
          const column = Uint32Array.from(values);
          const rows = [...new Set(picks.map((pick) => pick % values.length))];
          expect([...sortByColumn(Uint32Array.from(rows), column, descending)])
            .toEqual(naive(rows, column, descending));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("sortByColumn keeps equal rows of an ordered column in the order given, both ways", () => {
    const column = Float64Array.of(1, 1, 2, 2, 2, 3);
    const rows = Uint32Array.from(column, (_, i) => i);
    expect([...sortByColumn(rows, column, false)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...sortByColumn(rows, column, true)]).toEqual([5, 2, 3, 4, 0, 1]);
  });

  test("sortByColumn leaves the rows it was given alone", () => {
    const rows = Uint32Array.of(2, 1, 0);
    expect([...sortByColumn(rows, Uint8Array.of(0, 1, 2), false)]).toEqual([0, 1, 2]);
    expect([...rows]).toEqual([2, 1, 0]);
  });
});

describe("wordRanks", () => {
  test("wordRanks orders dictionary numbers as their words", () => {
    expect([...wordRanks(["update", "", "agent", "plan"])]).toEqual([3, 0, 1, 2]);
  });
});

describe("filterRows", () => {
  const count = 200;
  const columns = createLogColumns(count);
  for (let i = 0; i < count; i++) {
    columns.level[i] = i % 5;
    columns.operation[i] = i % 7;
    columns.event[i] = i % 3;
    columns.trace[i] = i % 11;
    columns.file[i] = i % 4;
    columns.time[i] = i % 13 === 0 ? NaN : 1000 + i;
  }
  const patterns = Uint16Array.from({ length: count }, (_, i) => i % 6);
  const set = (size: number) => fc.uint8Array({ minLength: size, maxLength: size, max: 1 });

  test("filterRows equals a filter written out, for any filter", () => {
    fc.assert(
      fc.property(
        fc.record({
          level: set(5),
          operation: set(7),
          event: set(3),
          trace: set(11),
          file: set(4),
          pattern: fc.record({ rows: fc.constant(patterns), number: fc.nat(6) }),
          from: fc.integer({ min: 900, max: 1300 }),
          to: fc.integer({ min: 900, max: 1300 }),
          matches: set(count),
        }, { requiredKeys: [] }),
        fc.nat(count),
        (filter, loaded) => {
          const expected = [];
          for (let i = 0; i < loaded; i++) {
            const time = columns.time[i]!;
            const timed = filter.from === undefined && filter.to === undefined ||
              time >= (filter.from ?? -Infinity) && time <= (filter.to ?? Infinity);
            const passes = timed && (filter.level?.[i % 5] ?? 1) &&
              (filter.operation?.[i % 7] ?? 1) &&
              (filter.event?.[i % 3] ?? 1) && (filter.matches?.[i] ?? 1) &&
              (filter.trace?.[i % 11] ?? 1) && (filter.file?.[i % 4] ?? 1) &&
              (filter.pattern === undefined || filter.pattern.number === i % 6);
            if (passes) expected.push(i);
          }
          expect([...filterRows(columns, loaded, filter)]).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("filterRows takes logs of any length, and lets no number pass that has no word", () => {
    const long = createLogColumns(3 * blockRows);
    for (let i = 0; i < long.level.length; i++) {
      long.level[i] = i % 7;
      long.operation[i] = i % 5 * 1000;
      long.trace[i] = i % 3 * 4_000_000_000;
      long.time[i] = i;
    }
    const level = Uint8Array.of(1, 0, 1, 1, 0);
    const operation = new Uint8Array(2001).fill(1);
    const trace = Uint8Array.of(1);
    const passes = (i: number) => [0, 2, 3].includes(i % 7) && i % 5 <= 2 && i % 3 === 0 && i >= 5;
    for (const block of [1, 2, 3]) {
      for (const more of block < 3 ? [-5, -1, 0, 1, 2, 3] : [-2, -1, 0]) {
        const count = block * blockRows + more;
        const expected = Array.from({ length: count }, (_, i) => i).filter(passes);
        // Both where the columns go on and where they end.
        const cut = Object.fromEntries(
          Object.entries(long).map(([name, column]) => [name, column.slice(0, count)]),
        ) as unknown as typeof long;
        for (const columns of [long, cut]) {
          const rows = filterRows(columns, count, { level, operation, trace, from: 5 });
          expect(rows.length).toBe(expected.length);
          expect(rows).toEqual(Uint32Array.from(expected));
        }
      }
    }
  });

  test("countWords counts the loaded rows only, and unknown words apart", () => {
    expect([...countWords(Uint8Array.of(0, 1, 1, 9, 1), 4, 2)]).toEqual([1, 2, 1]);
  });
});
