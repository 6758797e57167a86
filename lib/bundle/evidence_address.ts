/**
 * Where in the report a finding's evidence is.
 *
 * @module
 */

import type { Evidence, Finding } from "../analyse/finding.ts";
import { address } from "./address.ts";
import { recordKey } from "./record_key.ts";

/** Folders of records that have a view, and that view. */
const folders: readonly (readonly [folder: string, view: string])[] = [
  ["logs/errors/", "errors"],
  ["logs/llm_transcripts/", "llm"],
  ["logs/diffs/", "changes"],
];

/** The address of a finding's evidence: as near to the record as can be. */
export function evidenceAddress({ kind, evidence }: Finding): string {
  if (kind === "damaged_data") {
    return address("problems", null, {
      file: evidence.file ? encodeURIComponent(evidence.file) : null,
    });
  }
  if (evidence.task_id !== undefined) return address("tasks", String(evidence.task_id));
  if (evidence.lock_entry_id) return address("locks", evidence.lock_entry_id);
  for (const [folder, view] of folders) {
    if (evidence.file?.startsWith(folder)) return address(view, recordKey(evidence.file));
  }
  if (evidence.trace_id) {
    return address("traces", evidence.trace_id, {
      row: evidence.span_id ? `span:${evidence.span_id}` : null,
    });
  }
  if (evidence.file && evidence.line !== undefined) {
    return address("logs", `${evidence.file}:${evidence.line}`);
  }
  return address("logs");
}

/** The evidence in words: file and line, else the ids that are known. */
export function evidenceText(evidence: Evidence): string {
  if (evidence.file) {
    return evidence.line === undefined ? evidence.file : `${evidence.file}:${evidence.line}`;
  }
  return evidence.trace_id ?? evidence.lock_entry_id ??
    (evidence.task_id === undefined ? "" : `task ${evidence.task_id}`);
}
