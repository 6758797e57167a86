/**
 * What a scrub found, told without the secrets themselves.
 *
 * @module
 */

/** One secret's place. */
export interface Finding {
  /** Relative to the session folder, with `/`. */
  file: string;
  /** From 1. */
  line: number;
  /** The rule that found it, as in the marker. */
  rule: string;
  /** The text around it, with the marker in its place. */
  preview: string;
}

/** Most findings that are listed; all are counted. */
export const findingsListedMax = 10_000;

/** Characters of a preview on either side of the marker. */
const previewSideMax = 32;

/** Characters of a text by which its place is found again. */
const probeLength = 64;

/** The rule's name where a text changed without a marker. */
const otherRule = "withheld";

const MARKER = /\[REDACTED:([a-z0-9-]+):[0-9a-f]{4}\]/g;

/** Collects findings. */
export class FindingList {
  readonly listed: Finding[] = [];
  readonly byRule = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /**
   * Adds a finding for each marker that was not there before.
   *
   * @param line The number of the text's first line.
   */
  addChange(file: string, line: number, before: string, after: string): void {
    const old = countMarkers(before);
    const places = [...after.matchAll(MARKER)].filter(({ 0: text }) => {
      const left = old.get(text) ?? 0;
      if (left > 0) old.set(text, left - 1);
      return left === 0;
    });
    if (places.length === 0) this.#add({ file, line, rule: otherRule, preview: "" });
    const lines = linesOf(before, after, places);
    places.forEach((place, index) =>
      this.#add({
        file,
        line: line + lines[index]!,
        rule: place[1]!,
        preview: previewOf(after, place.index, place[0].length),
      })
    );
  }

  #add(finding: Finding): void {
    this.#total++;
    this.byRule.set(finding.rule, (this.byRule.get(finding.rule) ?? 0) + 1);
    if (this.listed.length < findingsListedMax) this.listed.push(finding);
  }
}

function countMarkers(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [marker] of text.matchAll(MARKER)) counts.set(marker, (counts.get(marker) ?? 0) + 1);
  return counts;
}

/** The line, from 0, on which each secret stood: it may have had lines of its own. */
function linesOf(before: string, after: string, places: readonly RegExpExecArray[]): number[] {
  const lines: number[] = [];
  let [line, counted, at, from] = [0, 0, 0, 0];
  for (const place of places) {
    const literal = after.slice(from, Math.min(place.index, from + probeLength));
    const found = before.indexOf(literal, at);
    at = (found < 0 ? at : found) + place.index - from;
    for (; counted < at && counted < before.length; counted++) {
      if (before.charCodeAt(counted) === 10) line++;
    }
    lines.push(line);
    from = place.index + place[0].length;
  }
  return lines;
}

function previewOf(text: string, at: number, length: number): string {
  const start = Math.max(0, at - previewSideMax);
  const end = Math.min(text.length, at + length + previewSideMax);
  return (start > 0 ? "…" : "") + text.slice(start, end) + (end < text.length ? "…" : "");
}
