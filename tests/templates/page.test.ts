import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { type Chunk, decodeFile, decodeWide, type ReportHeader } from "../../lib/bundle/mod.ts";
import { html } from "../../templates/escape.ts";
import { fillPage, type PageParts, partBytesMax } from "../../templates/page.ts";
import { plainApp, readPage } from "./read_page.ts";

const head = { title: 'Run <1> & "2"', findings: ["</script>"] } as unknown as ReportHeader;

async function fill(parts: Partial<PageParts> = {}): Promise<string> {
  const pieces: Uint8Array[] = [];
  const whole = {
    app: plainApp,
    head,
    staticHtml: html`<p>${"<x>"}</p>`,
    chunks: [],
    ...parts,
  };
  for await (const piece of fillPage(whole)) pieces.push(piece);
  return decodeFile(Buffer.concat(pieces));
}

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

  test("is the same where all pieces lie in the same memory", async () => {
    const bytes = new Uint8Array(partBytesMax + 70_001).map((_, i) => i * 7);
    const chunks: Chunk[] = [{ kind: "documents", index: 0, inflatedBytes: 5, bytes }];
    const pieces: Uint8Array[] = [];
    const memories = new Set<ArrayBufferLike>();
    for await (
      const piece of fillPage({ app: plainApp, head, staticHtml: "", chunks, shared: true })
    ) {
      pieces.push(piece.slice());
      if (piece.length > 60_000) memories.add(piece.buffer);
    }
    expect(memories.size).toBe(1);
    expect(decodeFile(Buffer.concat(pieces))).toBe(await fill({ chunks, staticHtml: "" }));
  });

  test("cuts long chunks into parts that are wide text of their own", async () => {
    const bytes = new Uint8Array(partBytesMax * 2 + 1).map((_, i) => i * 7);
    const chunk: Chunk = { kind: "documents", index: 0, inflatedBytes: 5, bytes };
    const text = await fill({ chunks: [chunk] });
    const page = readPage(text);
    expect(page.parts).toEqual([3]);
    expect(Buffer.from(page.chunks[0]!.bytes).equals(bytes)).toBe(true);
    for (const [, part] of text.matchAll(/>([\u0060-\uffff]{9,})</g)) {
      expect(decodeWide(part!).length).toBeLessThanOrEqual(partBytesMax);
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
    const { shell } = plainApp;
    await expect(fill({ app: { ...plainApp, shell: shell.replace("<!--planloop:data-->", "") } }))
      .rejects.toThrow("its shell lacks <!--planloop:data-->");
    await expect(fill({ app: { ...plainApp, shell: `<!--planloop:static-->${shell}` } })).rejects
      .toThrow(
        "more than once",
      );
  });
});
