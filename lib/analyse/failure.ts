/**
 * What counts as failed: one definition for a report's figures, its views, its limits and its
 * ticket.
 *
 * A trace has failed if its own record ended in an error, or if anything that carries its id has
 * failed: a line of the log at ERROR or CRITICAL, an error report, or a model call. What never ended
 * has not failed: nobody knows how it would have ended. A report of what went wrong shows it all the
 * same, since a killed process is a reason to look: see {@linkcode neverEnded}.
 *
 * @module
 */

import type { LlmTranscript, Trace } from "../format/mod.ts";
import type { LogRecord } from "../read/log_record.ts";

/** How a model call ended; `running` where its process was killed meanwhile, or still ran. */
export type CallOutcome = "ok" | "error" | "aborted" | "running";

/** How a call ended. */
export function callOutcome(call: LlmTranscript): CallOutcome {
  if (call.error) return "error";
  if (call.status === "running") return "running";
  return call.stream?.aborted ? "aborted" : "ok";
}

/** Whether a call that ended so has failed. */
export function isFailedOutcome(outcome: CallOutcome): boolean {
  return outcome === "error" || outcome === "aborted";
}

/** Whether a record itself says that something failed. Every error report does. */
export const isFailure: {
  readonly log: (record: Pick<LogRecord, "level">) => boolean;
  readonly trace: (trace: Pick<Trace, "status">) => boolean;
  readonly call: (call: LlmTranscript) => boolean;
} = {
  log: ({ level }) => level === "ERROR" || level === "CRITICAL",
  trace: ({ status }) => status === "error",
  call: (call) => isFailedOutcome(callOutcome(call)),
};

/** Whether a record never ended: its process was killed, or still ran when the session was read. */
export const neverEnded: {
  readonly trace: (trace: Pick<Trace, "status">) => boolean;
  readonly call: (call: LlmTranscript) => boolean;
} = {
  trace: ({ status }) => status === "running",
  call: (call) => callOutcome(call) === "running",
};
