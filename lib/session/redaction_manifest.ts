/**
 * What redaction has replaced, told by the log itself.
 *
 * @module
 */

import { type Recorder, writeLog } from "../record/mod.ts";

/**
 * Writes how often each rule replaced something: when the number has doubled, at the end of that
 * turn of the event loop, and when the session is closed. So a log has few such lines, and a killed
 * process leaves less than half untold.
 */
export class RedactionManifest {
  readonly #recorder: Recorder;
  /** How often each rule replaced something, as far as the log tells. */
  #told: Readonly<Record<string, number>> = {};
  #toldTotal = 0;
  #untold = 0;
  #isDue = false;
  readonly #stop: (() => void) | undefined;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
    if (recorder.recording) this.#stop = recorder.redactor.watch?.(() => this.#count());
  }

  /** Writes what is untold, and counts no more by itself. */
  close(): void {
    this.#stop?.();
    this.#write();
  }

  #count(): void {
    this.#untold++;
    if (this.#isDue || this.#untold < this.#toldTotal) return;
    this.#isDue = true;
    this.#recorder.runtime.defer(() => this.#write());
  }

  #write(): void {
    const counts = this.#recorder.redactor.counts();
    // A list, for some rules have names of keys.
    const redaction = Object.entries(counts)
      .map(([rule, count]) => ({ rule, count: count - (this.#told[rule] ?? 0) }))
      .filter(({ count }) => count > 0);
    const total = redaction.reduce((sum, { count }) => sum + count, 0);
    this.#told = counts;
    this.#toldTotal += total;
    this.#untold = 0;
    this.#isDue = false;
    if (total === 0) return;
    writeLog(this.#recorder, {
      level: "INFO",
      message: `Secrets replaced before they were written: ${total}`,
      context: { redaction },
      operation: "redaction",
    });
  }
}
