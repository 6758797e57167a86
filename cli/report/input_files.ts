/**
 * What a report was made from: every file of the session with its digest.
 *
 * @module
 */

import type { InputFile } from "../../lib/bundle/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { pauses } from "./reading_watch.ts";

/** Digests a session's files. One that cannot be read is left out, and is one of its problems. */
export async function hashInputs(
  session: StoredSession,
  runtime: Runtime,
  signal?: AbortSignal,
): Promise<InputFile[]> {
  const inputs: InputFile[] = [];
  const pause = pauses();
  for (const { file, bytes: size } of session.files()) {
    const digest = runtime.startDigest();
    let bytes = 0;
    await pause();
    for await (const chunk of session.readBytes(file, true)) {
      signal?.throwIfAborted();
      digest.update(chunk);
      bytes += chunk.length;
    }
    if (bytes > 0 || size === 0) inputs.push({ file, bytes, sha256: digest.hex() });
  }
  return inputs;
}
