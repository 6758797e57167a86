/**
 * Takes the page's data while the page still loads: the script after each chunk calls
 * `planloop()`, which decodes the chunk before it and removes both from the page.
 *
 * @module
 */

import { bundleVersion, type ReportHeader } from "../../lib/bundle/header.ts";
import { decodeBase64 } from "./base64.ts";
import type { Chunk } from "./embedded_source.ts";

/** The id of the element that holds the header. */
export const headerElementId = "planloop-header";

/**
 * Reads the header.
 *
 * @throws {Error} If the page has none, or it is of another version.
 */
export function readHeader(page: Document): ReportHeader {
  const element = page.getElementById(headerElementId);
  if (!element) throw new Error("Cannot open the report: the page has no header.");
  const header = JSON.parse(element.textContent ?? "") as ReportHeader;
  element.remove();
  if (header.bundle_version !== bundleVersion) {
    throw new Error(
      `Cannot open the report: its data has version ${header.bundle_version}, ` +
        `expected ${bundleVersion}. Write the report again.`,
    );
  }
  return header;
}

/** Decodes the chunk in front of a script, and removes both from the page. Null where there is none. */
export function takeChunk(script: Element | null): Chunk | null {
  const element = script?.previousElementSibling;
  if (!(element instanceof HTMLElement) || !element.dataset["kind"]) return null;
  const data = element.dataset;
  const text = element.textContent ?? "";
  element.remove();
  script!.remove();
  return {
    kind: data["kind"]!,
    name: data["name"] ?? "",
    index: Number(data["index"] ?? 0),
    inflated: Number(data["inflated"] ?? 0),
    part: Number(data["part"] ?? 0),
    parts: Number(data["parts"] ?? 1),
    bytes: decodeBase64(text),
  };
}
