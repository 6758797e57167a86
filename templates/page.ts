/**
 * The report's page: the app's shell, filled with a session's data as it streams by.
 *
 * @module
 */

import type { Chunk } from "../lib/bundle/chunk.ts";
import type { ReportHeader } from "../lib/bundle/header.ts";
import type { SessionsHead } from "../lib/bundle/session_card.ts";
import type { SideList } from "../lib/bundle/side_list.ts";
import { byteOrderMark, encodeUtf16 } from "../lib/bundle/wide_text.ts";
import { escapeHtml, type SafeHtml, scriptJson } from "./escape.ts";
import type { ReportApp } from "./report_app.ts";
import { widePieces } from "./wide_pieces.ts";

/** Where the shell is filled, in this order. Each stands in it exactly once. */
export const markers = {
  policy: "<!--planloop:policy-->",
  title: "<!--planloop:title-->",
  static: "<!--planloop:static-->",
  app: "<!--planloop:app-->",
  data: "<!--planloop:data-->",
} as const;

/** The id of the element that holds the header of a report of one session. */
export const headerElementId = "planloop-header";

/** The id of the element that holds the head of a report of several. */
export const sessionsElementId = "planloop-sessions";

/** The id of the element that lists the files beside the page, where it has any. */
export const sidesElementId = "planloop-sides";

/** The id of the element that says where a served page asks for its data. */
export const serverElementId = "planloop-server";

/** Added to the policy of a served page: it may ask the server that it came from. */
const serverPolicy = "; connect-src 'self'";

/** Added to the page's policy where it has side files: only its own script may ask for them. */
const sidesPolicy = " 'strict-dynamic'";

/** A session's header as a chunk: in a report of several, the page's head has only its row. */
export interface HeaderChunk {
  readonly kind: "header";
  readonly inflatedBytes: number;
  readonly bytes: Uint8Array;
}

/** The app itself, which the page's first script unpacks. */
interface AppChunk {
  readonly kind: "app";
  readonly inflatedBytes: number;
  readonly bytes: Uint8Array;
}

/** A chunk of the page, with its session's place among all, from 0. Default: 0. */
export type PageChunk = (Chunk | HeaderChunk) & { readonly session?: number };

/** Most bytes in one element: browsers parse long text in pieces, and this keeps them short. */
export const partBytesMax: number = 1 << 20;

/** What a served page knows of its server. */
export interface ServedFrom {
  /** Where its routes begin, such as `/api`. */
  api: string;
}

/** What a page is made of. */
export interface PageParts {
  app: ReportApp;
  /** Of the one session, or of all of them. */
  head: ReportHeader | SessionsHead;
  /** What is shown before, or without, any script. */
  staticHtml: SafeHtml | string;
  /** Of each session: its header, where it is one of several; sections; blocks; documents. */
  chunks: AsyncIterable<PageChunk> | Iterable<PageChunk>;
  /** Where the chunks are that are not among these. Default: nowhere. */
  sides?: SideList | undefined;
  /** Of a page that is served: where it asks for its data. Default: all of it is in the page. */
  server?: ServedFrom | undefined;
  /**
   * Whether pieces of the page may lie in the same memory: then each is gone when the next one is
   * asked for. Default: false.
   */
  shared?: boolean;
}

/**
 * Fills the shell. The page comes in pieces of UTF-16, little-endian, with its byte order mark, so
 * that it never has to be held as a whole.
 *
 * All data is inert: the header is JSON without `<`, a chunk is wide text in a `text/plain` script.
 * After each chunk a script calls `planloop()`, whose hash the shell's policy allows; after the
 * last one comes a chunk of kind `end` without content.
 *
 * @throws {Error} If the shell lacks a marker, has one twice, or has them in another order.
 */
export async function* fillPage(parts: PageParts): AsyncGenerator<Uint8Array, void, void> {
  const [start, head, body, beforeApp, afterApp, end] = splitShell(parts.app.shell);
  const id = "sessions" in parts.head ? sessionsElementId : headerElementId;
  const wide = widePieces(parts.shared ?? false);
  yield byteOrderMark;
  yield encodeUtf16(
    `${start}${parts.sides ? sidesPolicy : ""}${parts.server ? serverPolicy : ""}${head}${
      escapeHtml(parts.head.title)
    }${body}${parts.staticHtml}${beforeApp}`,
  );
  yield* chunkElements({ kind: "app", ...parts.app.code }, wide);
  yield encodeUtf16(
    afterApp + jsonElement(id, parts.head) +
      (parts.sides ? jsonElement(sidesElementId, parts.sides) : "") +
      (parts.server ? jsonElement(serverElementId, parts.server) : ""),
  );
  for await (const chunk of parts.chunks) yield* chunkElements(chunk, wide);
  yield encodeUtf16(`${openChunk('data-kind="end"')}${CLOSE_CHUNK}${end}`);
}

function jsonElement(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${scriptJson(value)}</script>`;
}

type ShellPieces = [string, string, string, string, string, string];

function splitShell(shell: string): ShellPieces {
  let rest = shell;
  const pieces: string[] = [];
  for (const marker of Object.values(markers)) {
    const at = rest.indexOf(marker);
    if (at < 0) {
      throw new Error(
        `Cannot fill the report's page: its shell lacks ${marker}, or has it in another order ` +
          'than policy, title, static, app, data. Run "npm run build" to make it anew.',
      );
    }
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at + marker.length);
    if (shell.indexOf(marker) !== shell.lastIndexOf(marker)) {
      throw new Error(`Cannot fill the report's page: its shell has ${marker} more than once.`);
    }
  }
  return [...pieces, rest] as ShellPieces;
}

/** One chunk as elements, cut into parts where it is long; every part is wide text of its own. */
function* chunkElements(
  chunk: PageChunk | AppChunk,
  wide: ReturnType<typeof widePieces>,
): Generator<Uint8Array> {
  const parts = Math.max(1, Math.ceil(chunk.bytes.length / partBytesMax));
  const attributes =
    `data-kind="${chunk.kind}"${chunkName(chunk)} data-bytes="${chunk.bytes.length}" ` +
    `data-inflated="${chunk.inflatedBytes}"`;
  for (let part = 0; part < parts; part++) {
    const numbers = parts > 1 ? ` data-part="${part}" data-parts="${parts}"` : "";
    yield encodeUtf16(openChunk(attributes + numbers));
    yield* wide(chunk.bytes.subarray(part * partBytesMax, (part + 1) * partBytesMax));
    yield encodeUtf16(CLOSE_CHUNK);
  }
}

function chunkName(chunk: PageChunk | AppChunk): string {
  if (chunk.kind === "app") return "";
  const session = chunk.session ? ` data-session="${chunk.session}"` : "";
  if (chunk.kind === "header") return session;
  return chunk.kind === "section"
    ? `${session} data-name="${escapeHtml(chunk.name)}"`
    : `${session} data-index="${chunk.index}"`;
}

/** The line break stands inside the tag: between elements it would stay behind as a text node. */
function openChunk(attributes: string): string {
  return `<script type="text/plain"\n${attributes}>`;
}

const CLOSE_CHUNK = "</script><script>planloop()</script>";
