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
import { joinPath } from "../runtime/mod.ts";
import { AppendFile } from "./append.ts";
import type { ParsedResponse } from "./llm_types.ts";
import { cleanText } from "./log_writer.ts";
import { cleanValue, guarded, type Recorder } from "./recorder.ts";
import { transcriptLimits } from "./serialise.ts";

/**
 * How often the answer so far is written, in milliseconds: a killed process loses at most this much
 * of it, or one turn of its event loop where that takes longer.
 */
export const replyJournalMs = 250;

/** Writing takes at most one part in so many of the time; a long answer is written less often. */
export const replyJournalShare = 20;

/** Longest end of a text that is held back, in UTF-16 units: half a secret looks like any text. */
export const heldBackLengthMax = 4096;

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

/** The journal of one model call. Nothing here throws. */
export class LlmJournal {
  readonly #recorder: Recorder;
  readonly #file: AppendFile;
  /** Each part's text as it is on disk. */
  readonly #written = new Map<string, string>();
  #reply: (() => ReplySoFar) | undefined;
  #stopTimer: (() => void) | undefined;
  /** On the monotonic clock: when the next line may be written. */
  #notBefore = 0;

  private constructor(recorder: Recorder, file: AppendFile) {
    this.#recorder = recorder;
    this.#file = file;
  }

  /** Begins a call's journal; undefined where transcripts are not recorded, or it cannot be made. */
  static begin(recorder: Recorder, call: JournalledCall): LlmJournal | undefined {
    if (!recorder.recordsLlm) return undefined;
    return guarded(recorder, "begin a model call's journal", undefined, () => {
      const path = createFile(
        recorder,
        call.traceId,
        `${JSON.stringify(startLine(recorder, call))}\n`,
      );
      const { runtime, failures } = recorder;
      return new LlmJournal(recorder, new AppendFile(path, runtime, failures));
    });
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
    this.#stopTimer?.();
    guarded(this.#recorder, "remove a model call's journal", undefined, () => {
      this.#file.close();
      this.#recorder.runtime.files.remove(this.#file.path);
    });
  }

  #write(): void {
    this.#stopTimer = undefined;
    const recorder = this.#recorder;
    const { clock } = recorder.runtime;
    const began = clock.monotonic();
    guarded(recorder, "keep a model's answer so far", undefined, () => {
      const reply = this.#reply?.();
      if (!reply) return;
      const timestamp = formatTime(clock.now());
      const { chunks, time_to_first_chunk_ms } = reply;
      for (const [part, raw] of partsOf(recorder, reply.response)) {
        const clean = recorder.redactor.text(raw);
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
        if (this.#file.append(JSON.stringify(line))) this.#written.set(part, clean);
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
    if (files.createExclusive(path, text)) return path;
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
    ...(call.attempts.length === 0 ? {} : { attempts: [...call.attempts] }),
    session_id: recorder.sessionId,
    pid: process.pid,
    ...(pidStart === undefined ? {} : { pid_start: pidStart }),
    host: process.hostname,
  };
}

/** The texts of an answer so far, each without its unsure end. */
function partsOf(recorder: Recorder, response: ParsedResponse): [part: string, text: string][] {
  const parts: [string, string][] = [];
  for (const [name, value] of Object.entries({ ...response.rest, content: response.content })) {
    if (typeof value === "string" && name !== "tool_calls") parts.push([name, holdBack(value)]);
  }
  if (response.tool_calls.length > 0) {
    const held = cleanValue(
      recorder,
      response.tool_calls.map(holdBackTool),
      transcriptLimits,
      true,
    );
    parts.push(["tool_calls", JSON.stringify(held)]);
  }
  return parts;
}

/** A tool call whose arguments may still grow: they are texts, one or two levels deep. */
function holdBackTool(tool: unknown, depth = 0): unknown {
  if (typeof tool !== "object" || tool === null) return tool;
  const entries = Object.entries(tool).map(([key, value]): [string, unknown] => {
    if (typeof value === "object" && depth === 0) return [key, holdBackTool(value, 1)];
    const grows = typeof value === "string" && (key === "arguments" || key === "input");
    return [key, grows ? holdBack(value) : value];
  });
  return Object.fromEntries(entries);
}

/**
 * A growing text without its end, as far as that could be half a secret: its last word, or all from
 * a quotation mark that stands after `:` or `=` and has no partner yet.
 */
export function holdBack(text: string): string {
  const from = Math.max(0, text.length - heldBackLengthMax);
  const end = text.slice(from);
  const open = /[:=]\s*(["'`])(?:(?!\1)[^])*$/.exec(end);
  const word = /\S*$/.exec(end)!.index;
  return text.slice(0, from + Math.min(word, open?.index ?? word));
}

function commonLength(a: string, b: string): number {
  const max = Math.min(a.length, b.length);
  if (b.startsWith(a)) return a.length;
  let length = 0;
  while (length < max && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}
