import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { hasDesktop, openFile } from "../../cli/open.ts";
import { fakeIo } from "./fake_io.ts";
import { temporaryFolder } from "./program.ts";

describe("hasDesktop", () => {
  test.each([
    ["linux", {}, false],
    ["linux", { DISPLAY: ":0" }, true],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["linux", { DISPLAY: ":0", CI: "true" }, false],
    ["linux", { DISPLAY: ":0", CI: "false" }, true],
    ["darwin", {}, true],
    ["darwin", { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, false],
    ["darwin", { CI: "1" }, false],
    ["win32", {}, true],
  ])("on %s with %j: %j", (platform, env, expected) => {
    expect(hasDesktop(fakeIo({ platform, env }))).toBe(expected);
  });
});

// The opener is a shell script put on the search path, which Windows would not run.
describe.skipIf(process.platform === "win32")("openFile", () => {
  function folderWithOpener(script: string): string {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "xdg-open"), 0o755);
    return folder;
  }

  test("hands the path to the opener as one argument, and says nothing", async () => {
    const folder = folderWithOpener(`printf '%s' "$1" > "${"$OUT"}"`);
    const out = join(folder, "opened");
    const io = fakeIo({ env: { PATH: `${folder}:${process.env["PATH"]}`, OUT: out } });
    await openFile("/tmp/a report; rm x/index.html", io);
    expect(existsSync(out) && readFileSync(out, "utf8")).toBe("/tmp/a report; rm x/index.html");
    expect(io.stderr.text).toBe("");
  });

  test("an opener that fails is a hint with the path, not an error", async () => {
    const folder = folderWithOpener("exit 3");
    const io = fakeIo({ env: { PATH: `${folder}:${process.env["PATH"]}` } });
    await openFile("/r/index.html", io);
    expect(io.stderr.text).toContain("xdg-open failed");
    expect(io.stderr.text).toContain("/r/index.html");
  });

  test("so is a missing one", async () => {
    const io = fakeIo({ env: { PATH: temporaryFolder() } });
    await openFile("/r/index.html", io);
    expect(io.stderr.text).toContain("there is no xdg-open");
  });
});
