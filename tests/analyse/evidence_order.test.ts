import { expect, test } from "vitest";
import {
  type Finding,
  type FindingKind,
  type Severity,
  sortFindings,
} from "../../lib/analyse/mod.ts";

const finding = (title: string, kind: FindingKind, severity: Severity, time: number | null) =>
  ({ title, kind, severity, time, detail: "", evidence: {} }) satisfies Finding;

test("sortFindings puts the first of each kind in front of others of its kind, by severity", () => {
  const slow = [3, 1, 2].map((time) => finding(`slow ${time}`, "slow_span", "warning", time));
  const others = [
    finding("blocked", "blocked_tasks", "warning", null),
    finding("error", "first_error", "error", 9),
    finding("grave slow", "slow_span", "error", 8),
  ];
  expect(sortFindings([...slow, ...others]).map(({ title }) => title)).toEqual([
    "error",
    "grave slow",
    "slow 1",
    "blocked",
    "slow 2",
    "slow 3",
  ]);
});
