/**
 * Takes the page's data while the page still loads: the script after each chunk calls
 * `planloop()`, which decodes the chunk before it and removes both from the page.
 *
 * @module
 */

import { bundleVersion, type ReportHeader } from "../../lib/bundle/header.ts";
import type { SessionsHead } from "../../lib/bundle/session_card.ts";
import type { SideList } from "../../lib/bundle/side_list.ts";
import { decodeWide } from "../../lib/bundle/wide_text.ts";
import type { Chunk } from "./embedded_source.ts";

/** The id of the element that holds the header of a report of one session. */
export const headerElementId = "planloop-header";

/** The id of the element that holds the head of a report of several. */
export const sessionsElementId = "planloop-sessions";

/** The id of the element that lists the files beside the page, where it has any. */
export const sidesElementId = "planloop-sides";

/** The id of the element that says where a served page asks for its data. */
export const serverElementId = "planloop-server";

/** Where a served page's routes begin; null where all data is in the page. */
export function readServer(page: Document): string | null {
  const element = page.getElementById(serverElementId);
  element?.remove();
  return element && (JSON.parse(element.textContent ?? "") as { api: string }).api;
}

/**
 * Reads the header, or the head of several sessions.
 *
 * @throws {Error} If the page has none, or it is of another version.
 */
export function readHead(page: Document): ReportHeader | SessionsHead {
  const element = page.getElementById(headerElementId) ?? page.getElementById(sessionsElementId);
  if (!element) throw new Error("Cannot open the report: the page has no header.");
  const head = JSON.parse(element.textContent ?? "") as ReportHeader | SessionsHead;
  element.remove();
  if (head.bundle_version !== bundleVersion) {
    throw new Error(
      `Cannot open the report: its data has version ${head.bundle_version}, ` +
        `expected ${bundleVersion}. Write the report again.`,
    );
  }
  return head;
}

/** Reads the list of the files beside the page; null where it has none. */
export function readSides(page: Document): SideList | null {
  const element = page.getElementById(sidesElementId);
  element?.remove();
  return element && JSON.parse(element.textContent ?? "") as SideList;
}

/** Decodes the chunk in an element, and removes it from the page. Null where it holds none. */
export function takeChunk(element: Element | null | undefined): Chunk | null {
  if (!(element instanceof HTMLElement) || !element.dataset["kind"]) return null;
  const data = element.dataset;
  const text = element.textContent ?? "";
  element.remove();
  return {
    kind: data["kind"]!,
    session: Number(data["session"] ?? 0),
    name: data["name"] ?? "",
    index: Number(data["index"] ?? 0),
    inflated: Number(data["inflated"] ?? 0),
    part: Number(data["part"] ?? 0),
    parts: Number(data["parts"] ?? 1),
    bytes: decodeWide(text),
  };
}
