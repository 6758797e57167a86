/**
 * What could not be read, in one finding.
 *
 * @module
 */

import type { Problem } from "../format/mod.ts";
import { plural } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";

/** Sums up a session's data problems; those that are mere assumptions do not count. */
export function damagedDataFindings(problems: readonly Problem[]): Finding[] {
  const damaged = problems.filter(({ kind }) => kind !== "assumed");
  const lost = damaged.filter((problem) => problem.lost);
  const first = lost[0] ?? damaged[0];
  if (!first) return [];
  const files = new Set(damaged.map(({ file }) => file)).size;
  const total = countOf(damaged);
  return [{
    kind: "damaged_data",
    severity: lost.length > 0 ? "warning" : "info",
    title: `Damaged data: ${plural(total, "problem")} in ${plural(files, "file")}`,
    detail: (lost.length > 0
      ? `${plural(countOf(lost), "piece")} could not be shown. `
      : "Everything could still be shown. ") + `First: ${first.reason}`,
    evidence: { file: first.file, ...(first.line !== undefined && { line: first.line }) },
    time: null,
  }];
}

function countOf(problems: readonly Problem[]): number {
  return problems.reduce((sum, problem) => sum + (problem.count ?? 1), 0);
}
