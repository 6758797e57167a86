import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { errorCode, fakeRuntime, type Files, systemFiles } from "../../lib/runtime/mod.ts";

const temporary = mkdtempSync(join(tmpdir(), "planloop-files-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function collect(chunks: AsyncGenerator<Uint8Array>): Promise<string[]> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(text(chunk));
  return all;
}

/** The same promises hold for the machine's files and for the fake's. */
const kinds: [string, () => { files: Files; root: string }][] = [
  ["systemFiles", () => ({
    files: systemFiles(),
    root: mkdtempSync(join(temporary, "case-")),
  })],
  ["fakeFiles", () => {
    const { files } = fakeRuntime();
    files.createDirectory("/case");
    return { files, root: "/case" };
  }],
];

describe.each(kinds)("%s", (_name, make) => {
  test("openAppend creates a file and adds to what another handle wrote", () => {
    const { files, root } = make();
    const path = join(root, "a.jsonl");
    const one = files.openAppend(path);
    expect(one.lastByte()).toBeUndefined();
    one.write("one ü\n");
    const two = files.openAppend(path);
    two.write(new TextEncoder().encode("two"));
    one.write("three");
    one.write(new TextEncoder().encode("four, of which four"), 4);
    expect(files.readText(path)).toBe("one ü\ntwothreefour");
    expect(one.lastByte()).toBe("r".charCodeAt(0));
    expect(two.size()).toBe(19);
    one.close();
    one.close();
    two.close();
  });

  test("openAppend refuses a missing folder and a folder in the file's place", () => {
    const { files, root } = make();
    expect(() => files.openAppend(join(root, "no", "a"))).toThrow(/ENOENT/);
    expect(() => files.openAppend(root)).toThrow(/EISDIR/);
  });

  test("openRead reads on where a file grows, and knows whether a path still names it", () => {
    const { files, root } = make();
    const path = join(root, "a.jsonl");
    expect(() => files.openRead(path)).toThrow(/ENOENT/);
    const writer = files.openAppend(path);
    writer.write("one");
    const reader = files.openRead(path);
    expect([text(reader.read(0, 9)), reader.size()]).toEqual(["one", 3]);
    expect(reader.read(3, 9)).toHaveLength(0);
    writer.write(" two");
    expect([text(reader.read(3, 3)), text(reader.read(3, 9))]).toEqual([" tw", " two"]);
    expect([reader.isAt(path), reader.isAt(join(root, "b"))]).toEqual([true, false]);
    const target = new Uint8Array(6).fill(0x2e);
    expect([reader.readInto(target.subarray(1, 4), 2), text(target)]).toEqual([3, ".e t.."]);
    expect([reader.readInto(target, 4), text(target)]).toEqual([3, "twot.."]);
    reader.close();
    reader.close();
    writer.close();
  });

  test("openRewrite writes over a file in place, and never makes it shorter", () => {
    const { files, root } = make();
    const path = join(root, "a");
    const handle = files.openRewrite(path);
    handle.write('{"text":"a long one ü"}');
    handle.write('{"a":1}');
    expect(JSON.parse(files.readText(path))).toEqual({ a: 1 });
    expect(files.stat(path)!.sizeBytes).toBe(24);
    handle.write('{"text":"a longer one than the first"}');
    expect(files.readText(path)).toBe('{"text":"a longer one than the first"}');
    handle.close();
    handle.close();
    expect(() => files.openRewrite(path)).toThrow(/EEXIST/);
  });

  test("link gives a file a second name, and replaces nothing", () => {
    const { files, root } = make();
    const handle = files.openRewrite(join(root, "a"));
    handle.write("one");
    expect(files.link(join(root, "a"), join(root, "b"))).toBe(true);
    expect(files.link(join(root, "a"), join(root, "b"))).toBe(false);
    expect(files.remove(join(root, "b"))).toBe(true);
    handle.write("two");
    expect(files.link(join(root, "a"), join(root, "b"))).toBe(true);
    expect(files.readText(join(root, "b"))).toBe("two");
    expect(files.listNames(root).sort()).toEqual(["a", "b"]);
    expect(() => files.link(join(root, "missing"), join(root, "c"))).toThrow(/ENOENT/);
    expect(() => files.listNames(join(root, "missing"))).toThrow(/ENOENT/);
    handle.close();
  });

  test("readStart reads a file's beginning, whatever its size, and knows a missing one", () => {
    const { files, root } = make();
    const path = join(root, "a");
    expect(files.readStart(path, 100)).toBeUndefined();
    files.writeFileAtomic(path, "ü".repeat(5000));
    expect(files.readStart(path, 100)).toBe("ü".repeat(50));
    expect(files.readStart(path, 65536)).toBe("ü".repeat(5000));
    files.writeFileAtomic(path, "");
    expect(files.readStart(path, 100)).toBe("");
    expect(() => files.readStart(root, 100)).toThrow(/EISDIR/);
  });

  test("readChunks yields the asked range in pieces", async () => {
    const { files, root } = make();
    const path = join(root, "a");
    files.writeFileAtomic(path, "0123456789");
    expect(await collect(files.readChunks(path, { chunkBytes: 4 }))).toEqual([
      "0123",
      "4567",
      "89",
    ]);
    expect(await collect(files.readChunks(path, { start: 2, end: 7, chunkBytes: 3 })))
      .toEqual(["234", "56"]);
    await expect(collect(files.readChunks(join(root, "none")))).rejects.toThrow(/ENOENT/);
  });

  test("readRange gives fewer bytes at the end of the file", () => {
    const { files, root } = make();
    const path = join(root, "a");
    files.writeFileAtomic(path, "0123456789");
    expect(text(files.readRange(path, 8, 5))).toBe("89");
    expect(text(files.readRange(path, 20, 5))).toBe("");
  });

  test("writeFileAtomic replaces a file and leaves no temporary one", () => {
    const { files, root } = make();
    files.writeFileAtomic(join(root, "a"), "old");
    files.writeFileAtomic(join(root, "a"), "new");
    expect(files.readText(join(root, "a"))).toBe("new");
    expect(files.readDirectory(root).map(({ name }) => name)).toEqual(["a"]);
    expect(() => files.writeFileAtomic(join(root, "no", "a"), "x")).toThrow(/ENOENT/);
  });

  test.each(["writeFileExclusive", "createExclusive"] as const)(
    "%s never replaces a file",
    (method) => {
      const { files, root } = make();
      expect(files[method](join(root, "a"), "first")).toBe(true);
      expect(files[method](join(root, "a"), "second")).toBe(false);
      expect(files.readText(join(root, "a"))).toBe("first");
      expect(files.readDirectory(root)).toHaveLength(1);
    },
  );

  test("readDirectory sorts and tells folders from files", () => {
    const { files, root } = make();
    files.createDirectory(join(root, "b", "c"));
    files.writeFileAtomic(join(root, "a"), "");
    files.writeFileAtomic(join(root, "Z"), "");
    expect(files.readDirectory(root)).toEqual([
      { name: "Z", kind: "file" },
      { name: "a", kind: "file" },
      { name: "b", kind: "directory" },
    ]);
    expect(() => files.readDirectory(join(root, "none"))).toThrow(/ENOENT/);
    expect(() => files.readDirectory(join(root, "a"))).toThrow(/ENOTDIR/);
  });

  test("stat, exists and remove say what is missing instead of throwing", () => {
    const { files, root } = make();
    const path = join(root, "a");
    expect(files.stat(path)).toBeUndefined();
    expect(files.remove(path)).toBe(false);
    files.writeFileAtomic(path, "1234");
    expect(files.stat(path)).toMatchObject({ kind: "file", sizeBytes: 4 });
    expect(files.exists(path)).toBe(true);
    expect(files.remove(path)).toBe(true);
    expect(files.exists(path)).toBe(false);
  });

  test("rename replaces, removeTree takes everything below", () => {
    const { files, root } = make();
    files.createDirectory(join(root, "d", "e"));
    files.writeFileAtomic(join(root, "d", "e", "a"), "A");
    files.writeFileAtomic(join(root, "b"), "B");
    files.rename(join(root, "d", "e", "a"), join(root, "b"));
    expect(files.readText(join(root, "b"))).toBe("A");
    files.removeTree(join(root, "d"));
    files.removeTree(join(root, "d"));
    expect(files.readDirectory(root).map(({ name }) => name)).toEqual(["b"]);
  });

  test("watch tells of a new file, and no more after it was stopped", async () => {
    const { files, root } = make();
    let notices = 0;
    const stop = files.watch(root, () => notices += 1);
    files.writeFileAtomic(join(root, "a"), "1");
    for (let wait = 0; notices === 0 && wait < 100; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(notices).toBeGreaterThan(0);
    stop();
    const before = notices;
    files.writeFileAtomic(join(root, "b"), "2");
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(notices).toBe(before);
  });
});

test("systemFiles.lstat and readDirectory do not follow links", () => {
  const files = systemFiles();
  const root = mkdtempSync(join(temporary, "link-"));
  files.writeFileAtomic(join(root, "a"), "1");
  symlinkSync(join(root, "a"), join(root, "link"));
  expect(files.lstat(join(root, "link"))?.kind).toBe("link");
  expect(files.stat(join(root, "link"))?.kind).toBe("file");
  expect(files.readDirectory(root)[1]).toEqual({ name: "link", kind: "link" });
  expect(files.realPath(join(root, "link"))).toBe(files.realPath(join(root, "a")));
});

test("systemFiles.watch of a missing folder gives no error", () => {
  expect(() => systemFiles().watch(join(temporary, "none"), () => {})()).not.toThrow();
});

test("fakeFiles.fail injects a failure so often, and says how much was written", () => {
  const { files } = fakeRuntime();
  files.createDirectory("/d");
  const handle = files.openAppend("/d/a");
  files.fail({ operation: "write", code: "ENOSPC", times: 1, writtenBytes: 2 });
  let caught: unknown;
  try {
    handle.write("12345");
  } catch (error) {
    caught = error;
  }
  expect(errorCode(caught)).toBe("ENOSPC");
  expect(files.readText("/d/a")).toBe("12");
  handle.write("67");
  expect(files.readText("/d/a")).toBe("1267");
});
