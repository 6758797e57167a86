/**
 * A stored session → a report that opens offline.
 *
 * @module
 */

import { setImmediate as nextTurn } from "node:timers/promises";
import { type Bundle, type Chunk, type ReportScope, writeBundle } from "../../lib/bundle/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import { fillPage, loadReportApp, renderStaticView } from "../../templates/mod.ts";
import { planloopVersion } from "../version.ts";
import { ChunkSpool } from "./chunk_spool.ts";
import { hashInputs } from "./input_files.ts";
import { ReportFolder } from "./report_folder.ts";
import { checkShown, scopeSession } from "./scoped.ts";

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
  /** Default: the session's title, else its name, else its id. */
  title?: string | undefined;
  /** Whether secrets are replaced. Default: true. */
  redact?: boolean;
  /** Which part of the session is shown. Default: the whole of it. */
  scope?: ReportScope | undefined;
  onProgress?: (progress: ReportProgress) => void;
  /** Stops the work; nothing of it stays behind. */
  signal?: AbortSignal;
  runtime: Runtime;
  /** The app's shell. Default: the one that the build made. */
  app?: string;
}

/** What was written. */
export interface WrittenReport extends Pick<Bundle, "header" | "problems" | "firstError"> {
  /** Path of the page. */
  file: string;
  /** The page's size. */
  bytes: number;
}

/** Part of the work that is over when the session is read; the rest is writing the page. */
const readingShare = 0.85;

/**
 * Writes a session's report to `<out>/index.html`. The page appears there only when it is whole: on
 * any failure, and when `signal` or the process stops, an earlier page stays as it was.
 *
 * @throws {ReportFolderError} If the folder is not one that may be written to, or the system stops
 * taking what is written, as on a full disk.
 * @throws {ReportScopeError} If the session holds nothing of what `scope` asks for.
 * @throws {Error} If the app was not built; `signal`'s reason if it stops.
 */
export async function writeReport(
  session: StoredSession,
  options: ReportOptions,
): Promise<WrittenReport> {
  const app = options.app ?? await loadReportApp();
  const folder = ReportFolder.open(options.out, options.runtime);
  const forgetExit = options.runtime.process.onExit(() => folder.abandon());
  try {
    const report = await writePage(session, options, app, folder);
    folder.discard();
    return report;
  } catch (error) {
    throw folder.explain(error, folder.abandon());
  } finally {
    forgetExit();
  }
}

async function writePage(
  session: StoredSession,
  options: ReportOptions,
  app: string,
  folder: ReportFolder,
): Promise<WrittenReport> {
  const { runtime, signal, onProgress } = options;
  const spool = folder.writing(() => new ChunkSpool(folder.temporary(), runtime));
  const addChunk = (chunk: Chunk) => folder.writing(() => spool.add(chunk));
  const redactor = createRedactor({ env: runtime.process.env() });
  try {
    const scoped = options.scope && await scopeSession(session, options.scope);
    const { header, firstRows, problems, firstError } = await writeBundle(
      scoped ?? session,
      addChunk,
      {
        deflate: runtime.deflateRaw,
        ...(scoped && { scope: () => scoped.account() }),
        ...(options.redact !== false && { redactor }),
        ...(options.title !== undefined && { title: options.title }),
        planloopVersion,
        inputs: () => hashInputs(session, runtime, signal),
        onProgress: ({ stage, rows, bytes, bytesTotal }) => {
          signal?.throwIfAborted();
          const fraction = bytesTotal === 0 ? readingShare : readingShare * bytes / bytesTotal;
          onProgress?.({ stage: stage === "done" ? "page" : stage, fraction, rows });
        },
      },
    );
    if (header.scope) checkShown(session.id, header.counts, header.scope);
    const path = folder.temporary();
    const file = folder.writing(() => runtime.files.openAppend(path));
    let bytes = 0;
    try {
      const staticHtml = renderStaticView(header, firstRows, problems);
      for await (
        const piece of fillPage({ app, header, staticHtml, chunks: spool.inPageOrder() })
      ) {
        // Reading and writing here never wait, so a Ctrl-C is only heard if there is a pause for it.
        await nextTurn();
        signal?.throwIfAborted();
        folder.writing(() => file.write(piece));
        bytes += piece.length;
        // Base64 makes four bytes of three, so this is close to the page's final size.
        const done = Math.min(1, bytes / (spool.bytes * 4 / 3 + app.length));
        const fraction = readingShare + (1 - readingShare) * done;
        onProgress?.({ stage: "page", fraction, rows: header.counts.logs });
      }
    } finally {
      file.close();
    }
    folder.publish(path);
    return { file: folder.page, bytes, header, problems, firstError };
  } finally {
    spool.close();
  }
}
