import { describe, expect, test } from "vitest";
import type { StackFrame } from "../../../lib/format/mod.ts";
import { isLibraryFile } from "../../../lib/analyse/library_file.ts";
import { stackEntries } from "../../../report/components/stack.tsx";

function frame(file: string): StackFrame {
  return { file, line: 1, function: "f", code: "" };
}

describe("isLibraryFile", () => {
  test.each([
    "node:internal/process/task_queues",
    "ext:core/01_core.js",
    "/app/node_modules/p-limit/index.js",
    "C:\\app\\node_modules\\p-limit\\index.js",
    "file:///app/node_modules/planloop/dist/chunks/live.js",
    "/usr/lib/python3.11/json/decoder.py",
    "/app/.venv/lib/python3.12/site-packages/pydantic/main.py",
    "<frozen importlib._bootstrap>",
    "/lib/record/span.ts",
    "/src/planloop/lib/session/update_state.ts",
    "/src/planloop/dist/lib/lock/acquire.js",
    "/home/dev/planloop/src/planloop/dev_mode/error_context.py",
  ])("isLibraryFile folds %s", (file) => expect(isLibraryFile(file)).toBe(true));

  test.each([
    "/app/src/main.ts",
    "/app/lib/session/login.ts",
    "/app/lib/record/player.ts",
    "/app/my_node_modules.ts",
    "/home/dev/planloop-demo/tools.ts",
    "/home/dev/planloop/src/planloop/core/update.py",
    "",
  ])("isLibraryFile keeps %s", (file) => expect(isLibraryFile(file)).toBe(false));
});

describe("stackEntries", () => {
  test("stackEntries puts runs of library frames together, in order", () => {
    const frames = ["/a.ts", "node:x", "/b/node_modules/c.js", "/d.ts", "node:y"].map(frame);
    expect(stackEntries(frames)).toEqual([
      { frame: frames[0], index: 0 },
      { library: [frames[1], frames[2]], index: 1 },
      { frame: frames[3], index: 3 },
      { library: [frames[4]], index: 4 },
    ]);
  });

  test("stackEntries never folds the frame that threw", () => {
    const frames = ["/a/node_modules/b.js", "/a/node_modules/c.js"].map(frame);
    expect(stackEntries(frames)).toEqual([
      { frame: frames[0], index: 0 },
      { library: [frames[1]], index: 1 },
    ]);
  });
});
