/**
 * A web worker of Deno that goes on in the session that was handed over to it.
 *
 * @module
 */

import { openSession } from "../../../lib/mod.ts";

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Record<string, string>>) => void;
  postMessage(message: unknown): void;
  close(): void;
};

scope.onmessage = ({ data }) => {
  using session = openSession({ name: "standalone", resume: data });
  session.trace("web_work", () => session.info("from the web worker"));
  const failing = session.captureErrorContext(function failing(step: number) {
    throw new Error(`step ${step}`);
  });
  try {
    failing(7);
  } catch (error) {
    scope.postMessage((error as Error).message);
  }
};
