/**
 * `logs/llm_transcripts/<trace id>_llm.journal.jsonl`, which a running model call keeps, to a
 * transcript.
 *
 * @module
 */

import {
  foldLlmJournal,
  type LlmJournalLine,
  type LlmTranscript,
  type ProblemSink,
} from "../format/mod.ts";
import { JsonLineReader, type LineMapper } from "./json_lines.ts";
import { isObject } from "./json_value.ts";
import { readLlmTranscript } from "./llm_reader.ts";

/** A model call's journal, folded. */
export interface FoldedCall {
  transcript: LlmTranscript;
  /** The same as plain JSON, before defaults. */
  raw: unknown;
}

/** Folds a journal's lines into one transcript, whose `status` is `running`. */
export class LlmJournalReader {
  readonly #file: string;
  readonly #problem: ProblemSink;
  readonly #reader: JsonLineReader<LlmJournalLine>;
  readonly #lines: LlmJournalLine[] = [];

  /** @param file The file's name for problems, relative to the session folder. */
  constructor(file: string, problem: ProblemSink) {
    this.#file = file;
    this.#problem = problem;
    this.#reader = new JsonLineReader(file, journalMapper, problem);
  }

  /** Takes the next chunk of the file. */
  push(chunk: Uint8Array): void {
    for (const line of this.#reader.push(chunk)) this.#lines.push(line);
  }

  /** The transcript, or null where the journal's first line cannot be read. */
  finish(): FoldedCall | null {
    for (const line of this.#reader.finish()) this.#lines.push(line);
    const raw = foldLlmJournal(this.#lines);
    const transcript = raw && readLlmTranscript(raw, this.#file, this.#problem);
    return transcript && { transcript, raw };
  }
}

const journalMapper: LineMapper<LlmJournalLine> = {
  object(value, place): LlmJournalLine | null {
    const { kind } = value;
    if (kind === "llm_start" && isObject(value["request"])) {
      return value as unknown as LlmJournalLine;
    }
    if (
      kind === "llm_text" && typeof value["part"] === "string" &&
      typeof value["text"] === "string" && typeof value["keep"] === "number"
    ) {
      const chunks = typeof value["chunks"] === "number" ? value["chunks"] : 0;
      return { ...value, chunks } as unknown as LlmJournalLine;
    }
    place.lose(
      "wrong_shape",
      "The line is neither an llm_start with a request nor an llm_text with part, keep and text: " +
        "left out",
    );
    return null;
  },
};
