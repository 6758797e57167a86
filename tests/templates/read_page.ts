/** A finished page, taken apart as the app's start-up code does. */

import { Buffer } from "node:buffer";
import type { Chunk, ReportHeader } from "../../lib/bundle/mod.ts";

/** A shell with nothing but the markers. */
export const plainShell = "<!doctype html><title><!--planloop:title--></title>" +
  "<main><!--planloop:static--></main><!--planloop:data--><footer>end</footer>\n";

/** What is in a page. */
export interface ReadPage {
  title: string;
  static: string;
  header: ReportHeader;
  chunks: Chunk[];
  /** How many elements each chunk was cut into. */
  parts: number[];
}

const CHUNK =
  /<script type="text\/plain"\n([^>]*)>([^<]*)<\/script><script>planloop\(\)<\/script>/g;

/** Reads a page made from {@linkcode plainShell}; throws where anything in it is out of place. */
export function readPage(page: string): ReadPage {
  const whole =
    /^<!doctype html><title>(.*?)<\/title><main>(.*?)<\/main><script type="application\/json" id="planloop-header">([^<]*)<\/script>(.*)<footer>end<\/footer>\n$/s
      .exec(page);
  if (!whole) throw new Error("the page has another frame than the shell");
  const [, title, body, header, data] = whole as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  const chunks: Chunk[] = [];
  const parts: number[] = [];
  let waiting: Buffer[] = [];
  let ended = false;
  const rest = data.replace(CHUNK, (_, attributes: string, base64: string) => {
    if (ended) throw new Error("a chunk after the end");
    const values = Object.fromEntries(
      [...attributes.matchAll(/data-([a-z]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
    );
    if (values["kind"] === "end") {
      ended = true;
      return base64;
    }
    if (Number(values["part"] ?? 0) !== waiting.length) throw new Error("parts out of order");
    waiting.push(Buffer.from(base64, "base64"));
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
  return { title, static: body, header: JSON.parse(header), chunks, parts };
}
