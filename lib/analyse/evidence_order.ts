/**
 * The order of findings, and how many of one kind are worth showing.
 *
 * @module
 */

import { humanCount } from "../format/human.ts";
import { type Finding, type FindingKind, findingKinds, type Severity } from "./finding.ts";

/** Findings of one kind that are listed; the last one says how many more there are. */
export const findingsPerKindMax = 5;

const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];
const KINDS: ReadonlyMap<FindingKind, number> = new Map(findingKinds.map((kind, i) => [kind, i]));

/**
 * Most important first: by severity; then the first of each kind in front of others of its kind, so
 * that five slow spans do not hide the one task that can never start; then kind, then time.
 */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const sorted = findings.toSorted((a, b) =>
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    KINDS.get(a.kind)! - KINDS.get(b.kind)! ||
    (a.time ?? Infinity) - (b.time ?? Infinity) || 0
  );
  const seen = new Set<string>();
  const ranks = new Map(sorted.map((finding) => {
    const key = `${finding.severity} ${finding.kind}`;
    const again = seen.has(key) ? 1 : 0;
    seen.add(key);
    return [finding, 2 * SEVERITIES.indexOf(finding.severity) + again];
  }));
  return sorted.toSorted((a, b) => ranks.get(a)! - ranks.get(b)!);
}

/** The first findings of one kind; the last one kept tells of the others. */
export function limitFindings(findings: readonly Finding[]): Finding[] {
  if (findings.length <= findingsPerKindMax) return [...findings];
  const kept = findings.slice(0, findingsPerKindMax);
  const last = kept.at(-1)!;
  const more = findings.length - kept.length;
  kept[kept.length - 1] = { ...last, detail: `${last.detail} ${humanCount(more)} more like this.` };
  return kept;
}

/** A number with its noun: `1 span`, `3 spans`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${humanCount(count)} ${count === 1 ? noun : nouns}`;
}

/** The first line of a text, shortened for a title. */
export function shorten(text: string, lengthMax = 120): string {
  const line = text.split("\n", 1)[0]!.trim();
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1).trimEnd()}…`;
}
