import { expect, test } from "vitest";
import type { ErrorRow } from "../../../lib/bundle/sections.ts";
import { faultsOf } from "../../../report/views/parts/faults.tsx";

const report = (fingerprint: string, time: number | null, trace_id: string, message: string) =>
  ({
    fingerprint,
    time,
    trace_id,
    error_type: "E",
    error_message: message,
    location: "a.ts:1",
  }) as ErrorRow;

test("faultsOf counts reports, times and traces by fingerprint", () => {
  const faults = faultsOf([
    report("f", 30, "tr_b", "task 4 is gone"),
    report("g", null, "", "other 7"),
    report("f", 10, "tr_a", "task 12 is gone"),
    report("f", null, "tr_b", "task 4 is gone"),
  ]);
  expect(faults).toEqual([
    {
      fingerprint: "f",
      error_type: "E",
      message: "task # is gone",
      location: "a.ts:1",
      reports: 3,
      first: 10,
      last: 30,
      traces: ["tr_b", "tr_a"],
    },
    {
      fingerprint: "g",
      error_type: "E",
      message: "other 7",
      location: "a.ts:1",
      reports: 1,
      first: null,
      last: null,
      traces: [],
    },
  ]);
});
