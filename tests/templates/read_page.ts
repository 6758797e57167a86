/** A finished page, taken apart as the app's start-up code does. */

import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Chunk,
  decodeFile,
  decodeWide,
  encodeWide,
  type ReportHeader,
  type SideChunk,
  type SideList,
  sidePath,
} from "../../lib/bundle/mod.ts";
import type { ReportApp } from "../../templates/mod.ts";

/** An app with nothing but the markers. */
export const plainApp: ReportApp = {
  shell: "<!doctype html><!--planloop:policy--><title><!--planloop:title--></title>" +
    "<main><!--planloop:static--></main><!--planloop:app--><!--planloop:data-->" +
    "<footer>end</footer>\n",
  code: { inflatedBytes: 3, bytes: new Uint8Array([1, 2, 3, 255]) },
};

/** A page's text. */
export function pageText(file: string): string {
  return decodeFile(readFileSync(file));
}

/** Writes a page that was changed. */
export function writePageText(file: string, text: string): void {
  writeFileSync(file, Buffer.from(`\ufeff${text}`, "utf16le"));
}

/** What is in a page. */
export interface ReadPage {
  title: string;
  static: string;
  header: ReportHeader;
  /** Where the rest is; null where there is none. */
  sides: SideList | null;
  chunks: Chunk[];
  /** How many elements each chunk was cut into. */
  parts: number[];
}

const CHUNK =
  /<script type="text\/plain"\n([^>]*)>([^<]*)<\/script><script>planloop\(\)<\/script>/g;

/** Reads a page made from {@linkcode plainApp}; throws where anything in it is out of place. */
export function readPage(page: string): ReadPage {
  const whole =
    /^<!doctype html>( 'strict-dynamic')?<title>(.*?)<\/title><main>(.*?)<\/main>(<script[^>]*data-kind="app"[^>]*>[^<]*<\/script><script>planloop\(\)<\/script>)<script type="application\/json" id="planloop-(?:header|sessions)">([^<]*)<\/script>(?:<script type="application\/json" id="planloop-sides">([^<]*)<\/script>)?(.*)<footer>end<\/footer>\n$/s
      .exec(page);
  if (!whole) throw new Error("the page has another frame than the shell");
  const [, policy, title, body, app, header, list, data] = whole as unknown as [
    string,
    string | undefined,
    string,
    string,
    string,
    string,
    string | undefined,
    string,
  ];
  if ((policy === undefined) !== (list === undefined)) {
    throw new Error("a policy without its files");
  }
  if (!app.includes(`>${wideText(plainApp.code.bytes)}<`)) throw new Error("another app");
  const chunks: Chunk[] = [];
  const parts: number[] = [];
  let waiting: Uint8Array[] = [];
  let ended = false;
  const rest = data.replace(CHUNK, (_, attributes: string, text: string) => {
    if (ended) throw new Error("a chunk after the end");
    const values = Object.fromEntries(
      [...attributes.matchAll(/data-([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
    );
    if (values["kind"] === "end") {
      ended = true;
      return text;
    }
    if (Number(values["part"] ?? 0) !== waiting.length) throw new Error("parts out of order");
    waiting.push(decodeWide(text));
    if (waiting.length < Number(values["parts"] ?? 1)) return "";
    const bytes = Buffer.concat(waiting);
    if (bytes.length !== Number(values["bytes"])) throw new Error("a chunk of another size");
    parts.push(waiting.length);
    waiting = [];
    chunks.push({
      kind: values["kind"],
      ...(values["name"] === undefined
        ? { index: Number(values["index"]) }
        : { name: values["name"] }),
      inflatedBytes: Number(values["inflated"]),
      bytes,
    } as Chunk);
    return "";
  });
  if (rest !== "" || !ended) throw new Error(`left over: ${rest.slice(0, 80)}`);
  const sides = list === undefined ? null : JSON.parse(list);
  return { title, static: body, header: JSON.parse(header), sides, chunks, parts };
}

/** Reads a report's side files, each with its chunks; throws where one is anything but data. */
export function readSideFiles(folder: string, { key, files }: SideList): Chunk[][] {
  return files.map((_, number) => {
    const text = pageText(join(folder, sidePath(key, number)));
    const start = `planloopSide("${key}",${number},()=>{/*`;
    const end = "*/})\n";
    const data = text.slice(start.length, -end.length);
    if (
      !text.startsWith(start) || !text.endsWith(end) ||
      !/^[\w\s",[\]]*$/.test(data.replace(/[\u0060-\uffff]/g, ""))
    ) {
      throw new Error(`file ${number} is not plain data`);
    }
    return (JSON.parse(data) as SideChunk[]).map(([kind, name, inflatedBytes, ...pieces]) => ({
      kind,
      ...(typeof name === "string" ? { name } : { index: name }),
      inflatedBytes,
      bytes: Buffer.concat(pieces.map(decodeWide)),
    } as Chunk));
  });
}

function wideText(bytes: Uint8Array): string {
  return new TextDecoder("utf-16le").decode(encodeWide(bytes));
}
