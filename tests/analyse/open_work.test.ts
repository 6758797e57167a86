import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OpenWork, seenTracesMax } from "../../lib/analyse/open_work.ts";
import { trace } from "./records.ts";

/** The trace's last sign of life as the finding tells it; null where it knows of none. */
function isRemembered(work: OpenWork, id: string): boolean {
  const other = new OpenWork();
  const open = trace([], { trace_id: id, status: "running", completed_at: null });
  work.addTrace(open, `${id}.json`);
  other.addTrace(open, `${id}.json`);
  const detail = work.findings().find(({ evidence }) => evidence.trace_id === id)?.detail;
  return detail !== other.findings()[0]?.detail;
}

describe("OpenWork", () => {
  test("forgets the traces that were silent for longest", () => {
    const late = Date.parse("2030-01-01T00:00:00Z");
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { maxLength: 60 }),
        fc.integer({ min: 1, max: 30 }),
        (again, more) => {
          const work = new OpenWork();
          const order: number[] = [];
          const sign = (number: number) => {
            work.addSign(`tr_${number}`, late + number);
            const at = order.indexOf(number);
            if (at >= 0) order.splice(at, 1);
            order.push(number);
          };
          for (let number = 0; number < seenTracesMax; number++) {
            work.addSign(`tr_${number}`, late + number);
            order.push(number);
          }
          again.forEach(sign);
          for (let number = 0; number < more; number++) sign(seenTracesMax + number);
          const forgotten = new Set(order.slice(0, order.length - seenTracesMax));
          // Not so many that a finding stands for others, too.
          for (const number of [0, 1, 5, 20]) {
            expect(isRemembered(work, `tr_${number}`)).toBe(!forgotten.has(number));
          }
          expect(isRemembered(work, `tr_${seenTracesMax + more - 1}`)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  });
});
