import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type BundleSource,
  type Chunk,
  ScopedSource,
  wholeScope,
  writeBundle,
} from "../../lib/bundle/mod.ts";
import { createLogReader, createLogRowReader } from "../../lib/read/mod.ts";
import { createRedactor } from "../../lib/redact/mod.ts";
import { systemRuntime } from "../../lib/runtime/mod.ts";
import { anyLineText } from "../read/log_rows.ts";
import { samples } from "../redact/samples.ts";
import { listSource } from "./list_source.ts";
import { openBundle } from "./open_bundle.ts";

/** A session whose log is these bytes, read as records, and as rows where it is asked for. */
function sourceOf(data: Uint8Array, asRows: boolean): BundleSource {
  const source = listSource();
  const file = "logs/planloop.jsonl";
  async function* read<Row>(reader: { push(chunk: Uint8Array): Row[]; finish(): Row[] }) {
    await Promise.resolve();
    yield reader.push(data);
    yield reader.finish();
  }
  return {
    ...source,
    log: () => read(createLogReader(file, () => {})),
    ...(asRows && { logRows: () => read(createLogRowReader(file, () => {})) }),
  };
}

async function open(source: BundleSource, redact: boolean) {
  const chunks: Chunk[] = [];
  const redactor = createRedactor({ env: { API_KEY: "größe-of-key-1" } });
  const made = await writeBundle(source, (chunk) => void chunks.push(chunk), {
    deflate: systemRuntime().deflateRaw,
    ...(redact && { redactor }),
    planloopVersion: "9.9.9",
    inputs: () => Promise.resolve([]),
  });
  const { records, text, section } = openBundle(made.header, chunks);
  const { logs: _logs, stored_bytes: _stored, sections: _sections, ...header } = made.header as
    & typeof made.header
    & { stored_bytes?: unknown };
  return {
    records,
    text,
    header,
    firstRows: made.firstRows,
    locks: section("locks"),
    traces: section("traces"),
  };
}

describe("writeBundle", () => {
  test("gives of a log's rows what it gives of its records", async () => {
    const secret = fc.constantFrom(
      ...samples(3).map(({ text }) => JSON.stringify(text).slice(1, -1)),
      "größe-of-key-1",
      'password\\":\\"hunter22',
    );
    const line = fc.oneof(
      { weight: 3, arbitrary: anyLineText },
      fc.tuple(anyLineText, secret).map(([text, found]) => text.replace("update", () => found)),
      fc.tuple(anyLineText, secret).map(([text, found]) =>
        text.replace('"message":"', () => `"message":"${found} `)
      ),
      fc.tuple(anyLineText, secret).map(([text, found]) =>
        text.replace('"context":{}', () => `"context":{"api_key":"${found}"}`)
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.boolean(), async (lines, redact) => {
        const data = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(""));
        const { text: before, ...expected } = await open(sourceOf(data, false), redact);
        const { text, ...found } = await open(sourceOf(data, true), redact);
        expect(found).toEqual(expected);
        // Such a text may stand where it names no password; then both have it.
        expect(text.includes("hunter22")).toBe(before.includes("hunter22"));
      }),
      { numRuns: 300 },
    );
  });

  test("gives of a part of a log's rows what it gives of its records", async () => {
    const scope = { ...wholeScope, only: "errors" as const };
    await fc.assert(
      fc.asyncProperty(fc.array(anyLineText, { maxLength: 12 }), async (lines) => {
        const data = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(""));
        const shown = new Set(["tr_20251118081417_0a1b2c"]);
        const part = (asRows: boolean) => new ScopedSource(sourceOf(data, asRows), scope, shown);
        const { text: _one, ...expected } = await open(part(false), true);
        const { text: _other, ...found } = await open(part(true), true);
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
