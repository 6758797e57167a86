/**
 * Stored sessions → a report that opens offline.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import { type ReportScope, type Selection, wholeScope } from "../../lib/bundle/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import {
  fillPage,
  loadReportApp,
  type PageParts,
  renderStaticSessions,
  renderStaticView,
} from "../../templates/mod.ts";
import { ChunkSpool } from "./chunk_spool.ts";
import { hashInputs } from "./input_files.ts";
import { fitSize } from "./fit_size.ts";
import { pageFile, ReportFolder, zipFile } from "./report_folder.ts";
import { type ScopedSession, scopeSessions } from "./scoped.ts";
import { zipPage } from "./zip_page.ts";
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
  /** Whether the page is written as an archive, too. A largest size is then the archive's. */
  zip?: boolean | undefined;
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
  /** Path of the page, or of its archive where one was asked for. */
  file: string;
  /** The file's size. */
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
 * @throws {ReportScopeError} If no session holds anything of what `scope` asks for, or not even
 * what went wrong fits into its size.
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
    const scoped = await scopeSessions(sessions, options.scope ?? wholeScope);
    const write = (selections: readonly Selection[] | null) =>
      writePage(scoped, selections, { ...options, isOne: sessions.length === 1 }, app, folder);
    const drop = ({ path, zipPath }: WrittenPage) => {
      folder.drop(path);
      if (zipPath !== null) folder.drop(zipPath);
    };
    const bytesMax = options.scope?.size_max_bytes ?? null;
    const page = bytesMax === null
      ? await write(null)
      : await fitSize(scoped, bytesMax, app.length, write, drop);
    let file = folder.publish(page.path);
    if (page.zipPath === null) folder.unpublish(zipFile);
    else file = folder.publish(page.zipPath, zipFile);
    folder.discard();
    return { file, bytes: page.bytes, sessions: page.sessions };
  } catch (error) {
    throw folder.explain(error, folder.abandon());
  } finally {
    forgetExit();
  }
}

/** A page that is whole but not yet in its place. */
interface WrittenPage {
  path: string;
  zipPath: string | null;
  /** The archive's size, where there is one, else the page's. */
  bytes: number;
  sessions: ReadSession[];
}

async function writePage(
  scoped: readonly ScopedSession[],
  selections: readonly Selection[] | null,
  options: ReportOptions & { isOne: boolean },
  app: string,
  folder: ReportFolder,
): Promise<WrittenPage> {
  const spoolPath = folder.temporary();
  const spool = folder.writing(() => new ChunkSpool(spoolPath, options.runtime));
  try {
    const sessions = await readInto(spool, scoped, selections, options, folder);
    const { isOne } = options;
    const [{ header, firstRows, problems }] = sessions as [ReadSession];
    const head = isOne ? header : sessionsHead(sessions, options.title);
    if (!isOne) await addHeaders(spool, sessions, options, folder);
    const staticHtml = "sessions" in head
      ? renderStaticSessions(head)
      : renderStaticView(header, firstRows, problems);
    const parts = { app, head, staticHtml, chunks: spool.inPageOrder() };
    const rows = sessions.reduce((sum, { header }) => sum + header.counts.logs, 0);
    // Base64 makes four bytes of three, so this is close to the page's final size.
    const bytesExpected = spool.bytes * 4 / 3 + app.length;
    const onPiece = (bytes: number) => {
      const fraction = readingShare + (1 - readingShare) * Math.min(1, bytes / bytesExpected);
      options.onProgress?.({ stage: "page", fraction, rows });
    };
    const page = await writeParts(parts, onPiece, options, folder);
    return options.zip
      ? { ...await writeZip(page, options, folder), sessions }
      : { ...page, zipPath: null, sessions };
  } finally {
    spool.close();
    folder.drop(spoolPath);
  }
}

async function writeParts(
  parts: PageParts,
  onPiece: (bytes: number) => void,
  { runtime, signal }: ReportOptions,
  folder: ReportFolder,
): Promise<{ path: string; bytes: number }> {
  const path = folder.temporary();
  const file = folder.writing(() => runtime.files.openAppend(path));
  let bytes = 0;
  try {
    for await (const piece of fillPage(parts)) {
      // Reading and writing here never wait, so a Ctrl-C is only heard if there is a pause for it.
      await nextTurn();
      signal?.throwIfAborted();
      folder.writing(() => file.write(piece));
      bytes += piece.length;
      onPiece(bytes);
    }
  } finally {
    file.close();
  }
  return { path, bytes };
}

async function writeZip(
  page: { path: string; bytes: number },
  { runtime, signal }: ReportOptions,
  folder: ReportFolder,
): Promise<{ path: string; zipPath: string; bytes: number }> {
  const zipPath = folder.temporary();
  const file = folder.writing(() => runtime.files.openAppend(zipPath));
  try {
    const bytes = await zipPage(page.path, {
      name: pageFile,
      bytes: page.bytes,
      write: (piece) => folder.writing(() => file.write(piece)),
      signal,
      runtime,
    });
    return { path: page.path, zipPath, bytes };
  } finally {
    file.close();
  }
}

function readInto(
  spool: ChunkSpool,
  sessions: readonly ScopedSession[],
  selections: readonly Selection[] | null,
  { runtime, signal, onProgress, ...options }: ReportOptions & { isOne: boolean },
  folder: ReportFolder,
): Promise<ReadSession[]> {
  const env = runtime.process.env();
  return readSessions(sessions, {
    selections,
    spool: {
      add: (session, chunk) => folder.writing(() => spool.add(session, chunk)),
      forget: (session) => spool.forget(session),
    },
    bundle: (session) => ({
      deflate: runtime.deflateRaw,
      ...(options.redact !== false && { redactor: createRedactor({ env }) }),
      ...(options.title !== undefined && options.isOne && { title: options.title }),
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
