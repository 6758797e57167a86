/**
 * Two changes that both started from the same version of the state: the second one did not know
 * the first, and may have undone it.
 *
 * @module
 */

import { type EpochMs, parseTime, type StateDiff } from "../format/mod.ts";
import { limitFindings } from "./evidence_order.ts";
import type { Finding } from "./finding.ts";

/** A state change with the versions that it led from and to, where known. */
export interface VersionedChange {
  diff: StateDiff;
  file: string;
  version_before: number | null;
  version_after: number | null;
}

interface Known {
  trace_id: string;
  operation: string;
  time: EpochMs | null;
  paths: string[];
  file: string;
}

/** Paths kept of each change, for telling what was overwritten. */
const pathsMax = 200;

/** Compares the versions that changes started from. */
export class StateConflicts {
  readonly #byVersion = new Map<number, Known[]>();

  addChange({ diff, file, version_before, version_after }: VersionedChange): void {
    // A save that keeps the version (an alert, say) is no update that another one could lose.
    if (version_before === null || version_after === null) return;
    if (version_after <= version_before) return;
    const known: Known = {
      trace_id: diff.trace_id,
      operation: diff.operation,
      time: parseTime(diff.timestamp) ?? null,
      paths: Object.keys(diff.changes).slice(0, pathsMax),
      file,
    };
    const list = this.#byVersion.get(version_before);
    if (list) list.push(known);
    else this.#byVersion.set(version_before, [known]);
  }

  findings(): Finding[] {
    const found: Finding[] = [];
    for (const [version, changes] of this.#byVersion) {
      if (changes.length < 2) continue;
      changes.sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || 0);
      found.push(conflict(version, changes));
    }
    found.sort((a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || 0);
    return limitFindings(found);
  }
}

const BOOKKEEPING: ReadonlySet<string> = new Set(["version", "last_updated_at"]);

function conflict(version: number, changes: readonly Known[]): Finding {
  const [first, second] = changes as [Known, Known];
  const earlier = new Set(first.paths);
  const both = second.paths.filter((path) => earlier.has(path) && !BOOKKEEPING.has(path));
  return {
    kind: "state_conflict",
    severity: "error",
    title: `State changed ${changes.length} times from version ${version}`,
    detail: `${second.operation || second.trace_id} did not know the change of ` +
      `${first.operation || first.trace_id} and may have undone it` +
      (both.length > 0 ? `; both changed ${both.slice(0, 3).join(", ")}.` : "."),
    evidence: { file: second.file, trace_id: second.trace_id },
    time: second.time,
  };
}
