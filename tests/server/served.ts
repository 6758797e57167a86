/**
 * A server on a free port, for tests: real requests, any header, any bytes.
 *
 * @module
 */

import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach } from "vitest";
import type { DevStatus } from "../../cli/dev_mode/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { createApp, listen, type ServerOptions } from "../../server/mod.ts";

/** An answer that came whole. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  // deno-lint-ignore no-explicit-any
  json: any;
}

/** What of a request is other than usual. */
export interface Asked {
  method?: string;
  headers?: Record<string, string>;
}

/** A server that runs until the test ends. */
export interface Served {
  url: string;
  port: number;
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** Sends bytes as they are, and gives all that comes back. */
  send(bytes: string): Promise<string>;
  stream(path: string, headers?: Record<string, string>): Promise<Stream>;
  end(): Promise<void>;
}

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** What `planloop dev status` says where there is nothing to tell. */
const stableStatus: Omit<DevStatus, "home"> = {
  mode: "stable",
  enabled_at: null,
  repo_path: null,
  git_commit: null,
  backup_path: null,
  features: { llm_recording: false, tracing: true, profiling: true },
  features_by: { llm_recording: "default", recording: "default" },
  git_tag: null,
  git_commit_now: null,
  files_changed: null,
  planloop_path: null,
  planloop_kind: "missing",
  planloop_target: null,
  unfinished: null,
  problems: [],
};

/** Serves a home. */
export async function serve(home: string, more: Partial<ServerOptions> = {}): Promise<Served> {
  const stop = new AbortController();
  const app = createApp({
    home,
    version: "1.2.3",
    runtime: systemRuntime(),
    redactor: createRedactor({ env: {} }),
    newRedactor: () => createRedactor({ env: {} }),
    devStatus: () => Promise.resolve({ ...stableStatus, home }),
    signal: stop.signal,
    ...more,
  });
  const listening = await listen(app, "127.0.0.1", 0);
  const { port } = listening;
  let ending: Promise<void> | undefined;
  const end = () => {
    stop.abort();
    return ending ??= listening.close();
  };
  ends.push(end);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    ask: (path, asked = {}) => ask(port, path, asked),
    send: (bytes) => send(port, bytes),
    stream: (path, headers = {}) => Stream.open(port, path, headers),
    end,
  };
}

function ask(port: number, path: string, { method = "GET", headers = {} }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
        let at = 0;
        for (const chunk of chunks) {
          bytes.set(chunk, at);
          at += chunk.length;
        }
        const isPacked = response.headers["content-encoding"] === "gzip";
        void (isPacked ? unpacked(bytes) : Promise.resolve(new TextDecoder().decode(bytes)))
          .then((text) =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
              text,
              get json() {
                return JSON.parse(text);
              },
            }), reject);
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    socket.on("data", (chunk) => text += chunk.toString());
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
  });
}

/** An event of a stream. */
export interface StreamEvent {
  id: string;
  event: string;
  // deno-lint-ignore no-explicit-any
  data: any;
}

/** A stream that is read as it comes. */
export class Stream {
  readonly status: number;
  readonly events: StreamEvent[] = [];
  /** Whether the server has ended it. */
  hasEnded = false;
  /** What it said of itself: not events. */
  comments = 0;
  /** Takes each event in place of `events`. */
  onEvent: ((event: StreamEvent) => void) | undefined;
  readonly #abort: AbortController;

  private constructor(status: number, abort: AbortController) {
    this.status = status;
    this.#abort = abort;
  }

  static async open(
    port: number,
    path: string,
    headers: Record<string, string>,
  ): Promise<Stream> {
    const abort = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers,
      signal: abort.signal,
    });
    const stream = new Stream(response.status, abort);
    void stream.#read(response);
    return stream;
  }

  async #read(response: Response): Promise<void> {
    let text = "";
    try {
      for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
        text += part;
        const blocks = text.split("\n\n");
        text = blocks.pop()!;
        for (const block of blocks) this.#take(block);
      }
    } catch {
      // It was closed, or the server is gone.
    }
    this.hasEnded = true;
  }

  #take(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => {
        const at = line.indexOf(":");
        return [line.slice(0, at), line.slice(at + 2)];
      }),
    );
    const data = fields.get("data");
    if (data === undefined) this.comments += 1;
    else {
      const [id, event] = [fields.get("id") ?? "", fields.get("event") ?? "message"];
      const one = { id, event, data: JSON.parse(data) };
      if (this.onEvent) this.onEvent(one);
      else this.events.push(one);
    }
  }

  /** The events of records. */
  get records(): StreamEvent[] {
    return this.events.filter(({ event }) => !["begin", "changed", "gone"].includes(event));
  }

  /** Waits until something holds of it. */
  async until(holds: (stream: Stream) => boolean, ms = 20_000): Promise<void> {
    const deadline = Date.now() + ms;
    while (!holds(this)) {
      if (Date.now() > deadline) throw new Error(`After ${this.events.length} events it holds not`);
      await pause(10);
    }
  }

  close(): void {
    this.#abort.abort();
  }
}
