/**
 * The black box of a model call: what was asked, and what has come of the answer, on disk while the
 * call runs.
 *
 * @module
 */

import {
  formatTime,
  type LlmAttempt,
  type LlmRequest,
  type LlmStartLine,
  type LlmTextLine,
  recordIndexMax,
  recordNames,
  sessionLayout,
} from "../format/mod.ts";
import { growingEnd, redactGrowing } from "../redact/mod.ts";
import { joinPath } from "../runtime/mod.ts";
import { AppendFile } from "./append.ts";
import { cleanTools } from "./llm_tools.ts";
import type { ParsedResponse } from "./llm_types.ts";
import { cleanText } from "./log_writer.ts";
import { guarded, type Recorder } from "./recorder.ts";

/**
 * How often the answer so far is written, in milliseconds: a killed process loses at most this much
 * of it, or one turn of its event loop where that takes longer.
 */
export const replyJournalMs = 250;

/** Writing takes at most one part in so many of the time; a long answer is written less often. */
export const replyJournalShare = 20;

/** What a call's journal begins with. */
export interface JournalledCall {
  traceId: string;
  spanId: string;
  operation: string;
  provider: string;
  model: string;
  /** Clean already. */
  request: LlmRequest;
  attempts: readonly LlmAttempt[];
  /** Epoch milliseconds. */
  startedAt: number;
}

/** What has come of an answer. */
export interface ReplySoFar {
  response: ParsedResponse;
  chunks: number;
  time_to_first_chunk_ms: number | null;
}

/**
 * The journal of one model call. Nothing here throws.
 *
 * It begins when the turn of the event loop ends in which the call was made: before that no request
 * is on its way. A call that ends sooner leaves none.
 */
export class LlmJournal {
  readonly #recorder: Recorder;
  readonly #call: JournalledCall;
  #file: AppendFile | undefined;
  /** Each part's text as it is on disk. */
  readonly #written = new Map<string, string>();
  #reply: (() => ReplySoFar) | undefined;
  #stopTimer: (() => void) | undefined;
  /** On the monotonic clock: when the next line may be written. */
  #notBefore = 0;
  /** Whether it ended, or could not be begun. */
  #closed = false;

  private constructor(recorder: Recorder, call: JournalledCall) {
    this.#recorder = recorder;
    this.#call = call;
  }

  /** Keeps a journal of a call; undefined where transcripts are not recorded. */
  static begin(recorder: Recorder, call: JournalledCall): LlmJournal | undefined {
    if (!recorder.recordsLlm) return undefined;
    const journal = new LlmJournal(recorder, { ...call, attempts: [...call.attempts] });
    recorder.runtime.defer(() => journal.#open());
    return journal;
  }

  /** More came: it is written soon, never now, so that the stream does not wait. */
  touch(reply: () => ReplySoFar): void {
    this.#reply = reply;
    if (this.#stopTimer) return;
    const { clock } = this.#recorder.runtime;
    const wait = Math.max(0, this.#notBefore - clock.monotonic());
    this.#stopTimer = clock.after(wait, () => this.#write());
  }

  /** Ends the journal: its transcript has been written. */
  end(): void {
    this.#closed = true;
    this.#stopTimer?.();
    const file = this.#file;
    this.#file = undefined;
    if (!file) return;
    guarded(this.#recorder, "remove a model call's journal", undefined, () => {
      file.close();
      this.#recorder.runtime.files.remove(file.path);
    });
  }

  #open(): AppendFile | undefined {
    if (this.#closed || this.#file) return this.#file;
    // Once only: a folder that cannot be written to is not tried at each piece.
    this.#closed = true;
    const recorder = this.#recorder;
    this.#file = guarded(recorder, "begin a model call's journal", undefined, () => {
      const text = `${JSON.stringify(startLine(recorder, this.#call))}\n`;
      const path = createFile(recorder, this.#call.traceId, text);
      return new AppendFile(path, recorder.runtime, recorder.failures);
    });
    this.#closed = this.#file === undefined;
    return this.#file;
  }

  #write(): void {
    this.#stopTimer = undefined;
    const recorder = this.#recorder;
    const { clock } = recorder.runtime;
    const began = clock.monotonic();
    guarded(recorder, "keep a model's answer so far", undefined, () => {
      const file = this.#open();
      const reply = file && this.#reply?.();
      if (!reply) return;
      const timestamp = formatTime(clock.now());
      const { chunks, time_to_first_chunk_ms } = reply;
      for (const [part, clean] of partsOf(recorder, reply.response)) {
        const known = this.#written.get(part) ?? "";
        if (clean === known) continue;
        const keep = commonLength(known, clean);
        const text = clean.slice(keep);
        const line: LlmTextLine = {
          kind: "llm_text",
          timestamp,
          part,
          keep,
          text,
          chunks,
          time_to_first_chunk_ms,
        };
        if (file.append(JSON.stringify(line))) this.#written.set(part, clean);
      }
    });
    const took = clock.monotonic() - began;
    this.#notBefore = clock.monotonic() + Math.max(replyJournalMs, took * replyJournalShare);
  }
}

function createFile(recorder: Recorder, traceId: string, text: string): string {
  const { files } = recorder.runtime;
  const folder = joinPath(recorder.path, sessionLayout.llmTranscripts);
  files.createDirectory(folder);
  for (let index = 1; index <= recordIndexMax; index += 1) {
    const path = joinPath(folder, recordNames.llmJournal(traceId, index));
    // A request may be long: no kill leaves half of it under this name.
    if (files.writeFileExclusive(path, text)) return path;
  }
  throw new RangeError(`Trace ${traceId} has ${recordIndexMax} running model calls already`);
}

function startLine(recorder: Recorder, call: JournalledCall): LlmStartLine {
  const { process } = recorder.runtime;
  const pidStart = process.startTime(process.pid);
  return {
    kind: "llm_start",
    timestamp: formatTime(call.startedAt),
    trace_id: call.traceId,
    span_id: call.spanId,
    operation: cleanText(recorder, call.operation),
    provider: cleanText(recorder, call.provider),
    model: cleanText(recorder, call.model),
    request: call.request,
    ...(call.attempts.length === 0 ? {} : { attempts: call.attempts as LlmAttempt[] }),
    session_id: recorder.sessionId,
    pid: process.pid,
    ...(pidStart === undefined ? {} : { pid_start: pidStart }),
    host: process.hostname,
  };
}

/** The texts of an answer so far, each redacted and without its unsure end. */
function partsOf(recorder: Recorder, response: ParsedResponse): [part: string, text: string][] {
  const { redactor } = recorder;
  const parts: [string, string][] = [];
  for (const [name, value] of Object.entries({ ...response.rest, content: response.content })) {
    if (typeof value !== "string" || name === "tool_calls") continue;
    parts.push([name, redactGrowing(redactor, value)]);
  }
  if (response.tool_calls.length > 0) {
    const sure = cleanTools(recorder, response.tool_calls, (text) => growingEnd(redactor, text));
    parts.push(["tool_calls", JSON.stringify(sure)]);
  }
  return parts;
}

function commonLength(a: string, b: string): number {
  const max = Math.min(a.length, b.length);
  if (b.startsWith(a)) return a.length;
  let length = 0;
  while (length < max && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
