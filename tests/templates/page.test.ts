import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chunk, ReportHeader } from "../../lib/bundle/mod.ts";
import { encodeBase64, encodePlainly } from "../../templates/base64.ts";
import { html } from "../../templates/escape.ts";
import { fillPage, type PageParts, partCharsMax } from "../../templates/page.ts";
import { plainShell, readPage } from "./read_page.ts";

const head = { title: 'Run <1> & "2"', findings: ["</script>"] } as unknown as ReportHeader;

async function fill(parts: Partial<PageParts> = {}): Promise<string> {
  const pieces: Uint8Array[] = [];
  const whole = {
    app: plainShell,
    head,
    staticHtml: html`<p>${"<x>"}</p>`,
    chunks: [],
    ...parts,
  };
  for await (const piece of fillPage(whole)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

test("encodeBase64 agrees with the platform's", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
    const expected = Buffer.from(bytes).toString("base64");
    expect(Buffer.from(encodeBase64(bytes)).toString()).toBe(expected);
    expect(Buffer.from(encodePlainly(bytes)).toString()).toBe(expected);
  }));
});

describe("fillPage", () => {
  test("fills title, static view, head and chunks, in this order", async () => {
    const chunks: Chunk[] = [
      { kind: "section", name: "traces", inflatedBytes: 9, bytes: new Uint8Array([1, 2, 255]) },
      { kind: "columns", index: 0, inflatedBytes: 8, bytes: new Uint8Array([0]) },
      { kind: "text", index: 0, inflatedBytes: 0, bytes: new Uint8Array(0) },
      { kind: "documents", index: 12, inflatedBytes: 7, bytes: new Uint8Array([9, 9]) },
    ];
    const page = readPage(await fill({ chunks }));
    expect(page.title).toBe("Run &lt;1&gt; &amp; &quot;2&quot;");
    expect(page.static).toBe("<p>&lt;x&gt;</p>");
    expect(page.header).toEqual(head);
    expect(page.chunks.map((chunk) => ({ ...chunk, bytes: [...chunk.bytes] })))
      .toEqual(chunks.map((chunk) => ({ ...chunk, bytes: [...chunk.bytes] })));
  });

  test("cuts long chunks into parts that are base64 of their own", async () => {
    const bytes = new Uint8Array(partCharsMax * 2).map((_, i) => i * 7);
    const chunk: Chunk = { kind: "documents", index: 0, inflatedBytes: 5, bytes };
    const text = await fill({ chunks: [chunk] });
    const page = readPage(text);
    expect(page.parts).toEqual([3]);
    expect(Buffer.from(page.chunks[0]!.bytes).equals(bytes)).toBe(true);
    for (const [, base64] of text.matchAll(/>([A-Za-z0-9+/=]{9,})</g)) {
      expect(base64!.length).toBeLessThanOrEqual(partCharsMax);
    }
  });

  test("lists the files beside the page, and lets only its own script ask for them", async () => {
    const sides = {
      key: "00ff00ff00ff00ff",
      files: [{ session: 0, kind: "text", first: 1, count: 2 } as const],
    };
    expect(await fill()).toContain("<!doctype html><title>");
    const page = await fill({ sides });
    expect(page).toContain("<!doctype html> 'strict-dynamic'<title>");
    expect(readPage(page).sides).toEqual(sides);
    expect(readPage(await fill()).sides).toBeNull();
  });

  test("leaves dollar signs and markers in the data alone", async () => {
    const tricky = "$& $1 <!--planloop:data-->";
    const page = readPage(
      await fill({ head: { title: tricky } as ReportHeader, staticHtml: "$&" }),
    );
    expect(page.static).toBe("$&");
    expect(page.header.title).toBe(tricky);
    expect(page.title).toBe("$&amp; $1 &lt;!--planloop:data--&gt;");
  });

  test("refuses a shell without its markers", async () => {
    await expect(fill({ app: plainShell.replace("<!--planloop:data-->", "") }))
      .rejects.toThrow("its shell lacks <!--planloop:data-->");
    await expect(fill({ app: `<!--planloop:static-->${plainShell}` })).rejects.toThrow(
      "more than once",
    );
  });
});
