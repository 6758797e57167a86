import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { build } from "vite";
import type { StackFrame } from "../../lib/format/mod.ts";
import { decodeMappings, readSourceMap, SourceReader } from "../../lib/record/mod.ts";
import { fakeRuntime, systemRuntime } from "../../lib/runtime/mod.ts";

const folder = mkdtempSync(join(tmpdir(), "planloop-maps-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function vlq(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = "";
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += DIGITS[digit + (rest > 0 ? 32 : 0)];
  } while (rest > 0);
  return text;
}

function frame(file: string, line: number, column: number): StackFrame {
  return { file, line, column, function: "f", code: "" };
}

describe("decodeMappings", () => {
  test("gives back what was encoded", () => {
    const number = fc.integer({ min: 0, max: 1_000_000 });
    const line = fc.array(fc.tuple(number, fc.nat(20), number, number), { maxLength: 8 })
      .map((segments) => segments.sort((a, b) => a[0] - b[0]));
    fc.assert(fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
      let before = [0, 0, 0, 0];
      const text = lines.map((segments) => {
        before[0] = 0;
        return segments.map((segment) => {
          const fields = segment.map((value, index) => vlq(value - before[index]!)).join("");
          before = [...segment];
          return fields;
        }).join(",");
      }).join(";");
      expect(decodeMappings(text)).toEqual(lines);
    }));
  });

  test("ends at what is no mapping, and never throws", () => {
    expect(decodeMappings("AAAA,!;AAAA")).toEqual([[[0, 0, 0, 0]]]);
    fc.assert(fc.property(fc.string(), (text) => void decodeMappings(text)));
  });
});

test("readSourceMap refuses what is no map of version 3", () => {
  for (const text of ["", "null", "7", "{}", '{"version":2,"sources":[],"mappings":""}']) {
    expect(readSourceMap(text), text).toBeUndefined();
  }
  const map = { version: 3, sources: [null, "b.ts"], mappings: "AAAA,ICAA", sourceRoot: "src" };
  const found = readSourceMap(`)]}'\n${JSON.stringify(map)}`)!;
  expect(found.find(1, 1)).toMatchObject({ source: "" });
  expect(found.find(1, 6)).toMatchObject({ source: "src/b.ts", line: 1, column: 1 });
  expect(found.find(9, 1)).toBeUndefined();
});

describe("SourceReader", () => {
  test.each(["inline", true] as const)(
    "finds where bundled and minified code was written (map: %s)",
    async (sourcemap) => {
      const source = join(folder, "agent.ts");
      const text = "interface Task {\n  id: number;\n}\n\n" +
        "export function chooseTask(tasks: Task[]): number {\n" +
        "  if (tasks.length === 0) throw new RangeError('no tasks');\n" +
        "  return tasks[0]!.id;\n}\n";
      writeFileSync(source, text);
      await build({
        configFile: false,
        logLevel: "silent",
        publicDir: false,
        build: {
          ssr: source,
          outDir: join(folder, "out"),
          emptyOutDir: false,
          minify: true,
          sourcemap,
          rolldownOptions: { output: { entryFileNames: `agent-${sourcemap}.mjs` } },
        },
      });
      const built = join(folder, "out", `agent-${sourcemap}.mjs`);
      const lines = readFileSync(built, "utf8").split("\n");
      const line = lines.findIndex((each) => each.includes("RangeError")) + 1;
      const column = lines[line - 1]!.indexOf("RangeError") - "new ".length + 1;
      const [found] = new SourceReader(systemRuntime()).resolve([frame(built, line, column)]);
      expect(found).toMatchObject({
        file: source,
        line: 6,
        code: "if (tasks.length === 0) throw new RangeError('no tasks');",
      });
    },
  );

  test("fetches nothing, and takes only the last comment for the file's map", () => {
    const runtime = fakeRuntime();
    const map = JSON.stringify({ version: 3, sources: ["o.ts"], mappings: "AAAA" });
    const write = (name: string, text: string) => runtime.files.writeFileAtomic(`/p/${name}`, text);
    runtime.files.createDirectory("/p");
    write("a.map", map);
    write("web.js", "x\n//# sourceMappingURL=https://example.com/a.map\n");
    write("text.js", 'x\nconst s = "//# sourceMappingURL=a.map";\n');
    write("early.js", "x\n//# sourceMappingURL=a.map\nmore();\n");
    write("missing.js", "x\n//# sourceMappingURL=none.map");
    write("damaged.js", "x\n//# sourceMappingURL=data:application/json;base64,!!");
    write("mapped.js", "x\n//# sourceMappingURL=a.map\n");
    const fileOf = (name: string) =>
      new SourceReader(runtime).resolve([frame(`/p/${name}`, 1, 1)])[0]!.file;
    for (const name of ["web.js", "text.js", "early.js", "missing.js", "damaged.js"]) {
      expect(fileOf(name), name).toBe(`/p/${name}`);
    }
    expect(fileOf("mapped.js")).toBe("/p/o.ts");
  });

  test("leaves the recorder's own frames out, and marks those of packages and the platform", () => {
    const runtime = fakeRuntime();
    const own = new URL("../../lib/record/span.ts", import.meta.url).pathname;
    const frames = [
      "/app/main.ts",
      "/app/node_modules/planloop/dist/lib/record/settle.js",
      "/app/node_modules/openai/core.mjs",
      own,
      "node:internal/process/task_queues",
      "ext:core/mod.js",
      "/app/lib/planloop/update.ts",
    ].map((file) => frame(file, 1, 1));
    const found = new SourceReader(runtime).resolve(frames);
    expect(found.map(({ file, library }) => [file, library])).toEqual([
      ["/app/main.ts", undefined],
      ["/app/node_modules/openai/core.mjs", true],
      ["node:internal/process/task_queues", true],
      ["ext:core/mod.js", true],
      ["/app/lib/planloop/update.ts", undefined],
    ]);
    // An error of the recorder itself still has a stack.
    expect(new SourceReader(runtime).resolve([frame(own, 1, 1)])).toHaveLength(1);
  });
});
