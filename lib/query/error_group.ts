/**
 * Error reports of one fault, as one.
 *
 * @module
 */

/** The reports of one fault. */
export interface ErrorGroup {
  /** The fault's name: 16 hexadecimal digits. */
  fingerprint: string;
  /** The class name. */
  error_type: string;
  /** The last report's message. */
  error_message: string;
  /** The function that failed, as the last report has it. */
  function: string;
  /** `file:line` of the innermost frame that belongs to no library; empty without a stack. */
  location: string;
  /** What was being done, as the last report has it; may be empty. */
  operation: string;
  /** How many reports. */
  count: number;
  /** RFC 3339, in UTC; null where no report has a readable time. */
  first_at: string | null;
  /** RFC 3339, in UTC; null where no report has a readable time. */
  last_at: string | null;
  /** The sessions that have it. */
  session_ids: string[];
  /** The traces that failed with it, first one first; at most `groupTracesMax`. */
  trace_ids: string[];
}
