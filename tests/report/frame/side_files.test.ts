import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SideList } from "../../../lib/bundle/side_list.ts";
import { decodeFile } from "../../../lib/bundle/wide_text.ts";
import type { Chunk } from "../../../report/data/embedded_source.ts";
import { failureKept_ms, SideFiles } from "../../../report/data/side_files.ts";
import { sideFile } from "../../../templates/side_file.ts";

const list: SideList = {
  key: "0123456789abcdef",
  files: [
    { session: 0, kind: "columns", first: 1, count: 2 },
    { session: 0, kind: "text", first: 1, count: 2 },
    { session: 1, kind: "start", first: 0, count: 2 },
  ],
};

const bytes = (...values: number[]) => new Uint8Array(values);

/** What a file's script calls `planloopSide` with. */
function call(number: number, kind: "columns" | "text", blocks: number[], key = list.key) {
  const chunks = blocks.map((index) => ({ kind, index, inflatedBytes: 9, bytes: bytes(index, 7) }));
  return decodeFile(Buffer.concat([...sideFile(key, number, chunks)]));
}

/** A folder of files, run as scripts are: an unreadable one hands nothing over. */
function folder(files: Record<string, string>) {
  const asked: string[] = [];
  const sides = new SideFiles(list, (path) => {
    asked.push(path);
    const file = files[path.split("/").at(-1)!];
    if (file === undefined) return Promise.reject(new Error("no such script"));
    try {
      new Function("planloopSide", file)(
        (...[key, number, data]: [unknown, unknown, unknown]) => sides.hand(key, number, data),
      );
    } catch {
      // A browser says so on its console, and goes on.
    }
    return Promise.resolve();
  });
  const taken: Chunk[] = [];
  const fetch = (
    session: number,
    kind: "columns" | "text" | "start" | "documents",
    block: number,
  ) => sides.load(session, kind, block, (chunk) => taken.push(chunk));
  return { files, asked, sides, taken, fetch };
}

describe("SideFiles", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("fetches the file that holds a block, once, and hands over all that is in it", async () => {
    const { asked, taken, fetch } = folder({ "0002.js": call(1, "text", [1, 2]) });
    await Promise.all([fetch(0, "text", 2), fetch(0, "text", 1)]);
    await fetch(0, "text", 2);
    expect(asked).toEqual(["data/0123456789abcdef/0002.js"]);
    expect(taken.map(({ kind, index, inflated, bytes }) => [kind, index, inflated, [...bytes]]))
      .toEqual([["text", 1, 9, [1, 7]], ["text", 2, 9, [2, 7]]]);
  });

  test("fetches nothing for what is in the page", async () => {
    const { asked, fetch } = folder({});
    await fetch(0, "text", 0);
    await fetch(0, "documents", 0);
    await fetch(1, "columns", 1);
    expect(asked).toEqual([]);
  });

  test("a session's beginning holds chunks of every kind", async () => {
    const chunks = [
      { kind: "header", inflatedBytes: 2, bytes: bytes(1) } as const,
      { kind: "section", name: "traces", inflatedBytes: 3, bytes: bytes(2) } as const,
    ];
    const file = decodeFile(Buffer.concat([...sideFile(list.key, 2, chunks)]));
    const { taken, fetch } = folder({ "0003.js": file });
    await fetch(1, "start", 0);
    expect(taken.map(({ kind, name, session }) => [kind, name, session]))
      .toEqual([["header", "", 1], ["section", "traces", 1]]);
  });

  test("says which file is missing, and what to do", async () => {
    const { fetch } = folder({});
    await expect(fetch(0, "columns", 1)).rejects.toThrow(
      "data/0123456789abcdef/0001.js is missing, or may not be loaded here: copy or unpack the " +
        "report's whole folder.",
    );
  });

  test.each([
    ["truncated", call(0, "columns", [1, 2]).slice(0, -20)],
    ["empty", ""],
    ["of another report", call(0, "columns", [1, 2], "ffffffffffffffff")],
    ["another file of this report", call(1, "text", [1, 2])],
    ["short of a block", call(0, "columns", [1])],
    ["of other blocks", call(0, "columns", [2, 3])],
    ["of another kind", call(0, "text", [1, 2])],
    ["no wide text", call(0, "columns", [1, 2]).replace(/"[^"]*"\]\n/, '"A"]\n')],
    ["no JSON", call(0, "columns", [1, 2]).replace("/*[", "/*")],
    ["no function", `planloopSide("${list.key}",0,[])`],
    ["something else", "globalThis.x = 1"],
  ])("a file that is %s is damaged, and nothing of it is taken", async (_, file) => {
    const { taken, fetch } = folder({ "0001.js": file });
    await expect(fetch(0, "columns", 1)).rejects.toThrow(
      "data/0123456789abcdef/0001.js is damaged, or of another report",
    );
    expect(taken).toEqual([]);
  });

  test("ignores calls that nobody asked for, and repeated ones", async () => {
    const { taken, fetch, sides } = folder({
      "0001.js": call(0, "columns", [1, 2]) + call(0, "columns", [2, 1]),
    });
    sides.hand(list.key, 0, () => {});
    sides.hand(list.key, 99, () => {});
    sides.hand(list.key, "0", () => {});
    await fetch(0, "columns", 1);
    sides.hand(list.key, 0, () => {});
    expect(taken.map(({ index }) => index)).toEqual([1, 2]);
  });

  test("asks again for what was missing, but not at once", async () => {
    const { asked, files, taken, fetch } = folder({});
    await expect(fetch(0, "text", 1)).rejects.toThrow("missing");
    await expect(fetch(0, "text", 2)).rejects.toThrow("missing");
    expect(asked.length).toBe(1);
    files["0002.js"] = call(1, "text", [1, 2]);
    await vi.advanceTimersByTimeAsync(failureKept_ms);
    await fetch(0, "text", 1);
    expect(asked.length).toBe(2);
    expect(taken.length).toBe(2);
  });
});
