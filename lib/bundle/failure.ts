/**
 * What counts as gone wrong.
 *
 * @module
 */

import type { LlmTranscript, Trace } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";
import { llmOutcome } from "./llm_row.ts";

/** Whether a record says that something failed. Every error report does. */
export const isFailure = {
  log: ({ level }: LogRecord): boolean => level === "ERROR" || level === "CRITICAL",
  trace: ({ status }: Trace): boolean => status === "error",
  call: (call: LlmTranscript): boolean => llmOutcome(call) !== "ok",
};
