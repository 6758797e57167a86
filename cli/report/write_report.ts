/**
 * Stored sessions → a report that opens offline.
 *
 * @module
 */

import { type ReportScope, type Selection, wholeScope } from "../../lib/bundle/mod.ts";
import { LogScanKernel } from "../../lib/read/mod.ts";
import { createRedactor, type RedactOptions } from "../../lib/redact/mod.ts";
import type { Runtime } from "../../lib/runtime/mod.ts";
import type { StoredSession } from "../../lib/store/mod.ts";
import {
  appSizeBytes,
  loadReportApp,
  renderStaticSessions,
  renderStaticView,
  type ReportApp,
} from "../../templates/mod.ts";
import { ChunkSpool } from "./chunk_spool.ts";
import { hashInputs } from "./input_files.ts";
import { fitSize } from "./fit_size.ts";
import { onePage, splitPage } from "./page_layout.ts";
import { loadLogKernels } from "./log_kernels.ts";
import { type PageFiles, writeArchive, writePageFiles } from "./page_files.ts";
import type { ReadingState } from "./reading_watch.ts";
import { ReportMeter, type ReportProgress } from "./report_meter.ts";
import { ReportFolder, zipFile } from "./report_folder.ts";
import { type LeftOutSession, needsSurvey, type ScopedSession, scopeSessions } from "./scoped.ts";
import { type ReadSession, readSessions, sessionsHead } from "./read_sessions.ts";

/** How a report is made. */
export interface ReportOptions {
  /** The folder, absolute. Created where it is missing; otherwise empty, or made by planloop. */
  out: string;
  /** Default: the session's title, else its name, else its id; of several, how many they are. */
  title?: string | undefined;
  /** Whether secrets are replaced. Default: true. */
  redact?: boolean;
  /** What is secret beside what planloop knows, and what is not. */
  redaction?: RedactOptions | undefined;
  /** Whether most data goes to files beside the page, which are loaded on demand. */
  split?: boolean | undefined;
  /** Whether the report is written as an archive, too. A largest size is then the archive's. */
  zip?: boolean | undefined;
  /** Which part of each session is shown. Default: the whole of it. */
  scope?: ReportScope | undefined;
  onProgress?: (progress: ReportProgress) => void;
  /** Stops the work; nothing of it stays behind. */
  signal?: AbortSignal;
  runtime: Runtime;
  /** Default: the one that the build made. */
  app?: ReportApp;
}

/** What was written. */
export interface WrittenReport {
  /** Path of the page, or of its archive where one was asked for. */
  file: string;
  /** The size of the archive, or of the page and all files beside it. */
  bytes: number;
  /** The size of the page and all files beside it. */
  pageBytes: number;
  /** How many files the report is: the page and those beside it. */
  files: number;
  /** The page, also where an archive was asked for. */
  page: string;
  /** Whether files lie beside the page, which is nothing without them. */
  isSplit: boolean;
  /** The sessions in it, in its order. */
  sessions: ReadSession[];
  /** The sessions that are not in it, as they hold nothing of what was asked for. */
  leftOut: LeftOutSession[];
}

/** Compression of headers: small, and read before anything else. */
const headerLevel = 6;

/** Part of a page's work that is over when the sessions are read; the rest is writing the page. */
const readingShare = 0.85;

/** Part of what is left that it takes to find out what to show. */
const surveyShare = 0.3;

/** Part of what is left that a page takes that may turn out too large. */
const trialShare = 0.5;

/**
 * Writes a report of one or several sessions to `<out>/index.html`. The page appears there only when
 * it is whole, after all files beside it: on any failure, and when `signal` or the process stops, an
 * earlier report stays as it was.
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
  const meter = new ReportMeter(options.onProgress, options.signal);
  const onSurvey = (index: number, { fraction, rows }: ReadingState) =>
    meter.tell("survey", (index + fraction) / sessions.length, rows);
  const startSurvey = () => {
    meter.begin(surveyShare);
    return onSurvey;
  };
  const scope = options.scope ?? wholeScope;
  const bytesMax = scope.size_max_bytes;
  const forgetExit = options.runtime.process.onExit(() => folder.abandon());
  try {
    const onScoping = needsSurvey(scope) ? startSurvey() : onSurvey;
    const kernels = await loadLogKernels();
    const scanner = (kernels && LogScanKernel.start(kernels)) ?? undefined;
    const { scoped, leftOut } = await scopeSessions(sessions, scope, onScoping, scanner);
    const making = { ...options, isOne: sessions.length === 1, meter, kernels };
    const write = (selections: readonly Selection[] | null) => {
      meter.begin(bytesMax === null ? 1 : trialShare);
      return writePage(scoped, selections, making, app, folder);
    };
    const drop = (page: WrittenPage) => {
      for (const path of [page.path, page.zipPath, ...page.sides]) {
        if (path !== null) folder.drop(path);
      }
    };
    const page = bytesMax === null
      ? await write(null)
      : await fitSize(scoped, bytesMax, appSizeBytes(app), write, drop, startSurvey);
    if (page.key !== null) folder.publishSides(page.key, page.sides);
    const place = folder.publish(page.path);
    const file = page.zipPath === null ? place : folder.publish(page.zipPath, zipFile);
    folder.finish(page.key, page.zipPath === null ? [zipFile] : []);
    const { bytes, pageBytes, sessions: read, sides } = page;
    leftOut.push(...page.leftOut);
    const files = 1 + sides.length;
    meter.finish(read.reduce((sum, { header }) => sum + header.counts.logs, 0));
    const isSplit = sides.length > 0;
    return { file, page: place, bytes, pageBytes, files, isSplit, sessions: read, leftOut };
  } catch (error) {
    throw folder.explain(error, folder.abandon());
  } finally {
    forgetExit();
  }
}

/** A page that is whole but not yet in its place. */
interface WrittenPage extends PageFiles {
  zipPath: string | null;
  /** The archive's size, where there is one, else that of the page and its side files. */
  bytes: number;
  /** That of the page and its side files. */
  pageBytes: number;
  sessions: ReadSession[];
  leftOut: LeftOutSession[];
}

interface MakingOptions extends ReportOptions {
  /** Whether one session was asked for: then the page is its own, without a table of sessions. */
  isOne: boolean;
  meter: ReportMeter;
  kernels: WebAssembly.Module | undefined;
}

async function writePage(
  scoped: readonly ScopedSession[],
  selections: readonly Selection[] | null,
  options: MakingOptions,
  app: ReportApp,
  folder: ReportFolder,
): Promise<WrittenPage> {
  const spoolPath = folder.temporary();
  const spool = folder.writing(() =>
    new ChunkSpool(spoolPath, options.runtime, folder.writing.bind(folder))
  );
  try {
    const { read: sessions, leftOut } = await readInto(spool, scoped, selections, options, folder);
    const { isOne, split, runtime, signal } = options;
    const [{ header, firstRows, problems }] = sessions as [ReadSession];
    const head = isOne ? header : sessionsHead(sessions, options.title);
    if (!isOne) await addHeaders(spool, sessions, options, folder);
    const staticHtml = "sessions" in head
      ? renderStaticSessions(head)
      : renderStaticView(header, firstRows, problems);
    const chunks = spool.inPageOrder();
    const layout = split ? splitPage(chunks, isOne) : onePage(chunks);
    const rows = sessions.reduce((sum, { header }) => sum + header.counts.logs, 0);
    const bytesExpected = spool.bytes + appSizeBytes(app);
    const onBytes = (bytes: number) => {
      const fraction = readingShare + (1 - readingShare) * Math.min(1, bytes / bytesExpected);
      options.meter.tell("page", fraction, rows);
    };
    const writing = { runtime, folder, signal, onBytes };
    const page = await writePageFiles({ app, head, staticHtml }, layout, spool, writing);
    const { path, bytes } = options.zip
      ? await writeArchive(page, writing)
      : { path: null, bytes: page.bytes };
    return { ...page, zipPath: path, bytes, pageBytes: page.bytes, sessions, leftOut };
  } finally {
    spool.close();
    folder.drop(spoolPath);
  }
}

function readInto(
  spool: ChunkSpool,
  sessions: readonly ScopedSession[],
  selections: readonly Selection[] | null,
  { runtime, signal, meter, kernels, ...options }: MakingOptions,
  folder: ReportFolder,
): ReturnType<typeof readSessions> {
  const env = runtime.process.env();
  return readSessions(sessions, {
    selections,
    spool: {
      add: (session, chunk) => folder.writing(() => spool.add(session, chunk)),
      forget: (session) => spool.forget(session),
    },
    bundle: (session) => ({
      deflate: runtime.deflateRaw,
      ...(options.redact !== false && {
        redactor: createRedactor({ ...options.redaction, env }, kernels),
      }),
      ...(options.title !== undefined && options.isOne && { title: options.title }),
      inputs: () => hashInputs(session, runtime, signal),
    }),
    onRead: (index, { stage, fraction, rows }) =>
      meter.tell(stage, readingShare * (index + fraction) / sessions.length, rows),
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
