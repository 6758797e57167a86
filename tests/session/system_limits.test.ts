import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { StoredSession } from "../../lib/store/mod.ts";
import { bundleChild, removeBundles, runtimeArgs } from "../helpers/child.ts";

let script = "";
let home = "";
beforeAll(async () => {
  script = await bundleChild(
    fileURLToPath(new URL("./children/limited_child.ts", import.meta.url)),
  );
});
afterAll(removeBundles);
beforeEach(() => home = mkdtempSync(join(tmpdir(), "planloop-limits-")));
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Runs the child under a limit of the system, and gives its log's lines and what it said. */
async function run(limit: string, kind: string) {
  // A system's limit on a file's size comes with a signal that ends who does not ignore it.
  const args = [process.execPath, ...runtimeArgs(script, [kind, home])];
  const child = spawn("/bin/sh", ["-c", `trap '' XFSZ; ${limit}; exec "$0" "$@"`, ...args]);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => output += text);
  child.stderr.setEncoding("utf8").on("data", (text) => errors += text);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  expect([code, output], errors).toEqual([0, "done\n"]);
  const path = join(home, "sessions/limited");
  const lines = readFileSync(join(path, "logs/planloop.jsonl"), "utf8").trimEnd().split("\n");
  return { path, lines, errors: errors.trim().split("\n") };
}

function parsed(lines: string[]): Record<string, unknown>[] {
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Record<string, unknown>];
    } catch {
      return [];
    }
  });
}

describe("where the system takes no more, the host goes on, and the log tells it afterwards", () => {
  test("a file's size: a write cut short is finished or sealed", async () => {
    const { path, lines, errors } = await run("ulimit -f 16", "size");
    expect(errors).toEqual([expect.stringMatching(/^planloop: Cannot write to .*planloop\.jsonl/)]);
    // One line was cut by this test, and nothing was glued to it.
    expect(parsed(lines)).toHaveLength(lines.length - 1);
    const [room, told] = parsed(lines).slice(-2);
    expect(room).toMatchObject({ message: "room again" });
    expect(told).toMatchObject({
      event: "recorder_recovered",
      context: { lost: expect.anything() },
    });
    const session = new StoredSession("limited", path);
    const messages: string[] = [];
    for await (const batch of session.log()) messages.push(...batch.map(({ message }) => message));
    expect(messages.filter((message) => message.startsWith("line ")).length).toBeGreaterThan(5);
    expect(messages).toContain("room again");
  });

  test("open files: nothing reaches the host, and every lost record is counted", async () => {
    const { lines, errors } = await run("ulimit -n 64", "handles");
    expect(errors).toEqual([expect.stringMatching(/^planloop: Cannot .*open/)]);
    const records = parsed(lines);
    expect(records).toHaveLength(lines.length);
    expect(records[0]).toMatchObject({ message: "room again" });
    const { context } = records[1] as { context: { lost: number } };
    expect(context.lost).toBeGreaterThanOrEqual(102);
  });
});
