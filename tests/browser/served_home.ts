/**
 * A home that a server of the test's own process serves, with real recorders.
 *
 * @module
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession, type Session } from "../../lib/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { createApp, listen, type Listening, type ServerOptions } from "../../server/mod.ts";

/** A home with its server. */
export class ServedHome {
  readonly path: string = mkdtempSync(join(tmpdir(), "planloop-served-"));
  /** The dashboard's address. */
  url = "";
  #server: Listening | undefined;
  #ending = new AbortController();

  /** Starts the server, again after it was stopped: then where it was. */
  async start(more: Partial<ServerOptions> = {}): Promise<void> {
    this.#ending = new AbortController();
    const app = createApp({
      home: this.path,
      version: "0.0.0",
      runtime: systemRuntime(),
      redactor: createRedactor(),
      newRedactor: () => createRedactor(),
      devStatus: () => Promise.resolve({}),
      signal: this.#ending.signal,
      ...more,
    });
    this.#server = await listen(app, "127.0.0.1", this.#server?.port ?? 0);
    this.url = `http://127.0.0.1:${this.#server.port}/`;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#server?.close();
  }

  /** A recorder. */
  record(name: string): Session {
    return openSession({ name, home: this.path, title: `Session ${name}` });
  }

  /** Stops, and removes the home. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.path, { recursive: true, force: true });
  }
}
