/**
 * Stored sessions → a report that opens offline.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import type { ReportScope } from "../../lib/bundle/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import {
  fillPage,
  loadReportApp,
  renderStaticSessions,
  renderStaticView,
} from "../../templates/mod.ts";
import { ChunkSpool } from "./chunk_spool.ts";
import { hashInputs } from "./input_files.ts";
import { ReportFolder } from "./report_folder.ts";
import { type ReadSession, readSessions, sessionsHead } from "./read_sessions.ts";

/** How far a report is. */
export interface ReportProgress {
  /** What is being done. */
  stage: "log" | "records" | "page";
  /** How much is done, from 0 to 1; within the log an estimate. */
  fraction: number;
  /** Log lines so far. */
  rows: number;
}

/** How a report is made. */
export interface ReportOptions {
  /** The folder, absolute. Created where it is missing; otherwise empty, or made by planloop. */
  out: string;
  /** Default: the session's title, else its name, else its id; of several, how many they are. */
  title?: string | undefined;
  /** Whether secrets are replaced. Default: true. */
  redact?: boolean;
  /** Which part of each session is shown. Default: the whole of it. */
  scope?: ReportScope | undefined;
  onProgress?: (progress: ReportProgress) => void;
  /** Stops the work; nothing of it stays behind. */
  signal?: AbortSignal;
  runtime: Runtime;
  /** The app's shell. Default: the one that the build made. */
  app?: string;
}

/** What was written. */
export interface WrittenReport {
  /** Path of the page. */
  file: string;
  /** The page's size. */
  bytes: number;
  /** The sessions in it, in its order. */
  sessions: ReadSession[];
}

/** Compression of headers: small, and read before anything else. */
const headerLevel = 6;

/** Part of the work that is over when the sessions are read; the rest is writing the page. */
const readingShare = 0.85;

/**
 * Writes a report of one or several sessions to `<out>/index.html`. The page appears there only when
 * it is whole: on any failure, and when `signal` or the process stops, an earlier page stays as it
 * was.
 *
 * @param sessions At least one.
 * @throws {ReportFolderError} If the folder is not one that may be written to, or the system stops
 * taking what is written, as on a full disk.
 * @throws {ReportScopeError} If no session holds anything of what `scope` asks for.
 * @throws {Error} If the app was not built; `signal`'s reason if it stops.
 */
export async function writeReport(
  sessions: readonly StoredSession[],
  options: ReportOptions,
): Promise<WrittenReport> {
  const app = options.app ?? await loadReportApp();
  const folder = ReportFolder.open(options.out, options.runtime);
  const forgetExit = options.runtime.process.onExit(() => folder.abandon());
  try {
    const report = await writePage(sessions, options, app, folder);
    folder.discard();
    return report;
  } catch (error) {
    throw folder.explain(error, folder.abandon());
  } finally {
    forgetExit();
  }
}

async function writePage(
  sessions: readonly StoredSession[],
  options: ReportOptions,
  app: string,
  folder: ReportFolder,
): Promise<WrittenReport> {
  const { runtime, signal } = options;
  const spool = folder.writing(() => new ChunkSpool(folder.temporary(), runtime));
  try {
    const read = await readInto(spool, sessions, options, folder);
    const isOne = sessions.length === 1;
    const [{ header, firstRows, problems }] = read as [ReadSession];
    const head = isOne ? header : sessionsHead(read, options.title);
    if (!isOne) await addHeaders(spool, read, options, folder);
    const path = folder.temporary();
    const file = folder.writing(() => runtime.files.openAppend(path));
    let bytes = 0;
    try {
      const staticHtml = "sessions" in head
        ? renderStaticSessions(head)
        : renderStaticView(header, firstRows, problems);
      const rows = read.reduce((sum, { header }) => sum + header.counts.logs, 0);
      for await (const piece of fillPage({ app, head, staticHtml, chunks: spool.inPageOrder() })) {
        // Reading and writing here never wait, so a Ctrl-C is only heard if there is a pause for it.
        await nextTurn();
        signal?.throwIfAborted();
        folder.writing(() => file.write(piece));
        bytes += piece.length;
        // Base64 makes four bytes of three, so this is close to the page's final size.
        const done = Math.min(1, bytes / (spool.bytes * 4 / 3 + app.length));
        const fraction = readingShare + (1 - readingShare) * done;
        options.onProgress?.({ stage: "page", fraction, rows });
      }
    } finally {
      file.close();
    }
    folder.publish(path);
    return { file: folder.page, bytes, sessions: read };
  } finally {
    spool.close();
  }
}

function readInto(
  spool: ChunkSpool,
  sessions: readonly StoredSession[],
  { runtime, signal, onProgress, ...options }: ReportOptions,
  folder: ReportFolder,
): Promise<ReadSession[]> {
  const env = runtime.process.env();
  return readSessions(sessions, {
    scope: options.scope,
    spool: {
      add: (session, chunk) => folder.writing(() => spool.add(session, chunk)),
      forget: (session) => spool.forget(session),
    },
    bundle: (session) => ({
      deflate: runtime.deflateRaw,
      ...(options.redact !== false && { redactor: createRedactor({ env }) }),
      ...(options.title !== undefined && sessions.length === 1 && { title: options.title }),
      inputs: () => hashInputs(session, runtime, signal),
    }),
    onProgress: (index, { stage, rows, bytes, bytesTotal }) => {
      signal?.throwIfAborted();
      const done = index + (bytesTotal === 0 ? 1 : bytes / bytesTotal);
      const fraction = readingShare * Math.min(1, done / sessions.length);
      onProgress?.({ stage: stage === "done" ? "page" : stage, fraction, rows });
    },
  });
}

/** Adds each session's header to its chunks: the page's head has only a row for each. */
async function addHeaders(
  spool: ChunkSpool,
  read: readonly ReadSession[],
  { runtime }: ReportOptions,
  folder: ReportFolder,
): Promise<void> {
  for (const [session, { header }] of read.entries()) {
    const json = new TextEncoder().encode(JSON.stringify(header));
    const bytes = await runtime.deflateRaw(json, headerLevel);
    const chunk = { kind: "header", inflatedBytes: json.length, bytes } as const;
    folder.writing(() => spool.add(session, chunk));
  }
}
