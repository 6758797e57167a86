/**
 * A report of several sessions whose data is in the page itself, or in files beside it. A session's
 * data waits, still compressed or in its files, until the session is opened.
 *
 * @module
 */

import type { DataSource } from "../../lib/bundle/data_source.ts";
import type { ReportHeader } from "../../lib/bundle/header.ts";
import type { SessionsHead } from "../../lib/bundle/session_card.ts";
import { joinBytes } from "./base64.ts";
import { inflate } from "./decompress.ts";
import { type Chunk, EmbeddedSource } from "./embedded_source.ts";
import type { FromWorker, LogPort } from "./log_protocol.ts";
import type { SessionsSource } from "./sessions_source.ts";
import type { SideFiles } from "./side_files.ts";

/** One session's chunks, or the place that they go to. */
interface Waiting {
  chunks: Chunk[];
  source: Promise<EmbeddedSource> | null;
  /** Set once the source is there: chunks go straight to it. */
  opened: EmbeddedSource | null;
  /** The parts of the session's header. */
  header: Promise<Chunk[]>;
  takeHeader(parts: Chunk[]): void;
  noHeader(reason: Error): void;
}

/** The page's own sessions. */
export class EmbeddedSessions implements SessionsSource {
  readonly head: SessionsHead;
  readonly #startPort: (onMessage: (message: FromWorker) => void) => LogPort;
  readonly #sides: SideFiles | null;
  readonly #sessions: Waiting[];

  /**
   * @param startPort Starts the place where a session's log text is kept.
   * @param sides The files beside the page, where the sessions are in such. Default: in the page.
   */
  constructor(
    head: SessionsHead,
    startPort: (onMessage: (message: FromWorker) => void) => LogPort,
    sides: SideFiles | null = null,
  ) {
    this.head = head;
    this.#sides = sides;
    this.#startPort = startPort;
    this.#sessions = head.sessions.map(waiting);
  }

  /** Takes a chunk of the page. Parts of one payload come one after the other. */
  take(chunk: Chunk): void {
    if (chunk.kind === "end") {
      // A session of files ends when its own first one was read.
      if (!this.#sides) { for (const session of this.#sessions) this.#end(session, chunk); }
      return;
    }
    const session = this.#sessions[chunk.session ?? 0];
    if (!session) throw new Error(`Cannot open the report: it has no session ${chunk.session}.`);
    if (chunk.kind !== "header") return this.#give(session, chunk);
    session.chunks.push(chunk);
    if (session.chunks.length === chunk.parts) session.takeHeader(session.chunks.splice(0));
  }

  open(key: string): Promise<DataSource> | undefined {
    const index = this.head.sessions.findIndex((card) => card.key === key);
    const session = this.#sessions[index];
    if (!session) return undefined;
    return session.source ??= this.#open(session, index);
  }

  async #open(session: Waiting, index: number): Promise<EmbeddedSource> {
    const sides = this.#sides;
    if (sides) {
      await sides.load(index, "start", 0, (chunk) => this.take(chunk));
      this.#end(session, endChunk);
    }
    const header = await this.#header(session);
    const source = new EmbeddedSource(header, this.#startPort, sides, index);
    session.opened = source;
    for (const chunk of session.chunks.splice(0)) source.take(chunk);
    return source;
  }

  async #header({ header }: Waiting): Promise<ReportHeader> {
    const parts = await header;
    const bytes = joinBytes(parts.map((part) => part.bytes));
    const json = await inflate({ bytes, inflated: parts[0]!.inflated });
    return JSON.parse(new TextDecoder().decode(json)) as ReportHeader;
  }

  #end(session: Waiting, end: Chunk): void {
    session.noHeader(new Error("Cannot open the session: the report ends without it."));
    this.#give(session, end);
  }

  #give(session: Waiting, chunk: Chunk): void {
    if (session.opened) session.opened.take(chunk);
    else session.chunks.push(chunk);
  }
}

/** Says that nothing more comes. */
const endChunk: Chunk = {
  kind: "end",
  name: "",
  index: 0,
  inflated: 0,
  part: 0,
  parts: 1,
  bytes: new Uint8Array(0),
};

function waiting(): Waiting {
  let takeHeader!: Waiting["takeHeader"];
  let noHeader!: Waiting["noHeader"];
  const header = new Promise<Chunk[]>((resolve, reject) => {
    takeHeader = resolve;
    noHeader = reject;
  });
  // Nobody may ever open the session.
  header.catch(() => {});
  return { chunks: [], source: null, opened: null, header, takeHeader, noHeader };
}
