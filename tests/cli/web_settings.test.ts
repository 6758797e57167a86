/**
 * `planloop web` as a process: its settings, its end.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { goodId, goodSession, logLine, makeHome } from "./homes.ts";
import {
  planloop,
  type Program,
  programs,
  type Run,
  type RunOptions,
  temporaryFolder,
} from "./program.ts";

/** A word that only settings can know to be secret. */
const secret = "aubergine-4711";

function homeWith(settings: object): string {
  const files = goodSession();
  files["logs/planloop.jsonl"] += logLine(4, "badge", { context: { badge_of: secret } });
  const home = makeHome({ [goodId]: files });
  writeFileSync(join(home, "planloop.jsonc"), JSON.stringify(settings));
  return home;
}

/**
 * A port that nothing listens on, from below those that the system gives away by itself: of these,
 * one that was free may be another test's a moment later.
 */
function freePort(): Promise<number> {
  const port = 10_000 + Math.floor(Math.random() * 20_000);
  return new Promise((resolve) => {
    const server = createServer()
      .on("error", () => resolve(freePort()))
      .listen(port, "127.0.0.1", () => server.close(() => resolve(port)));
  });
}

/** A server that runs. */
interface Server {
  /** What it said until it served. */
  readonly said: string;
  end(signal?: NodeJS.Signals): Promise<Run>;
}

/** Starts the server and waits until it serves. */
async function serve(program: Program, args: string[], options: RunOptions): Promise<Server> {
  let end = (_signal: NodeJS.Signals) => {};
  let run: Promise<Run> | undefined;
  const said = await new Promise<string>((resolve, reject) => {
    run = planloop(program, ["web", ...args], {
      cwd: temporaryFolder(),
      ...options,
      onStart: (child) => end = (signal) => child.kill(signal),
      onTalk: (text) => text.includes("Press Ctrl-C") && resolve(text),
    });
    run.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return {
    said,
    async end(signal = "SIGTERM") {
      end(signal);
      return await run!;
    },
  };
}

/** The text of an answer, once it comes. */
async function answerOf(url: string, headers: Record<string, string> = {}): Promise<string> {
  for (let tries = 0; tries < 500; tries++) {
    try {
      return await (await fetch(url, { headers })).text();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`Nothing answers at ${url}.`);
}

describe.each(programs)("$name web", (program) => {
  test("takes its port, host and origins from the settings", async () => {
    const port = await freePort();
    const origin = "https://tools.example.com";
    const home = homeWith({ web: { port, host: "localhost", cors: [origin] } });
    const server = await serve(program, [], { home });
    const response = await fetch(`http://localhost:${port}/api/sessions`, { headers: { origin } });
    expect(response.headers.get("access-control-allow-origin")).toBe(origin);
    await response.text();
    const { code, stdout } = await server.end();
    expect([code, stdout]).toEqual([0, `http://localhost:${port}/\n`]);
  });

  test("the command line has precedence", async () => {
    const home = homeWith({ web: { port: 1, host: "::1" } });
    const port = await freePort();
    const server = await serve(program, ["--port", `${port}`, "--host", "127.0.0.1"], { home });
    expect((await server.end()).stdout).toBe(`http://127.0.0.1:${port}/\n`);
  });

  test("a project cannot choose the host", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, ".git"));
    writeFileSync(join(cwd, "planloop.jsonc"), '{"web": {"host": "0.0.0.0"}}');
    const { code, stdout, stderr } = await planloop(program, ["web"], { cwd, home: homeWith({}) });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("web.host");
  });

  test("what the settings call secret is not served, and what they allow is said", async () => {
    const port = await freePort();
    const redact = { keys: ["badge_of"], allow: ["harmless"] };
    const server = await serve(program, ["--port", `${port}`], { home: homeWith({ redact }) });
    const base = `http://127.0.0.1:${port}/api/sessions/${goodId}`;
    for (const url of [`${base}/logs`, `${base}/logs?text=badge`]) {
      const text = await answerOf(url);
      expect(text).toContain("badge_of");
      expect(text).not.toContain(secret);
    }
    expect(server.said).toMatch(/^1 name or value allowed by \S+: not secret\.\n/);
    await server.end();
    // Without the settings it is served: the test above sees the right place.
    const plain = await serve(program, ["--port", `${port}`], { home: homeWith({}) });
    expect(await answerOf(`${base}/logs`)).toContain(secret);
    await plain.end();
  });

  test("/api/dev/status is planloop dev status", async () => {
    const port = await freePort();
    const home = homeWith({});
    const env = { PATH: temporaryFolder() };
    const server = await serve(program, ["--port", `${port}`], { home, env });
    const served = JSON.parse(await answerOf(`http://127.0.0.1:${port}/api/dev/status`));
    await server.end();
    const { stdout } = await planloop(program, ["dev", "status"], { home, env });
    expect(served).toEqual(JSON.parse(stdout));
    expect(served).toMatchObject({ mode: "stable", home });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends it with 0, and what it streams with it",
    async (signal) => {
      const port = await freePort();
      const server = await serve(program, ["--port", `${port}`], { home: homeWith({}) });
      const url = `http://127.0.0.1:${port}/api/sessions/${goodId}/stream`;
      const { body } = await fetch(url);
      const reader = body!.getReader();
      expect((await reader.read()).done).toBe(false);
      const run = server.end(signal);
      // An answer that was cut off would reject.
      while (!(await reader.read()).done);
      const { code, stderr } = await run;
      expect([code, stderr]).toEqual([0, server.said]);
    },
  );

  test("--quiet leaves its address, --verbose says what was read for its answers", async () => {
    const port = await freePort();
    const home = homeWith({});
    const args = ["--port", `${port}`];
    let end = () => {};
    const quiet = planloop(program, ["web", ...args, "--quiet"], {
      cwd: temporaryFolder(),
      home,
      onStart: (child) => end = () => child.kill("SIGTERM"),
    });
    await answerOf(`http://127.0.0.1:${port}/api/sessions`);
    end();
    expect(await quiet).toEqual({ code: 0, stdout: `http://127.0.0.1:${port}/\n`, stderr: "" });
    const verbose = await serve(program, [...args, "--verbose"], { home });
    await answerOf(`http://127.0.0.1:${port}/api/sessions/${goodId}`);
    const { code, stderr } = await verbose.end();
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Read \/\S+state\.json: [\d.]+ K?B in [\d.]+ ms$/m);
  });

  test("a home that is not there yet is said, and served", async () => {
    const home = join(temporaryFolder(), "none");
    const port = await freePort();
    const server = await serve(program, ["--port", `${port}`], { home });
    expect(server.said).toContain(`${home}, which does not exist yet`);
    expect(JSON.parse(await answerOf(`http://127.0.0.1:${port}/api/sessions`))).toMatchObject({
      sessions: [],
    });
    await server.end();
  });

  test("a reader that goes away does not end it", async () => {
    const port = await freePort();
    const words = [...program.command, "web", "--port", `${port}`, "--verbose"];
    const line = words.map((word) => `'${word}'`).join(" ");
    for (const to of ["", "2>&1"]) {
      // Who reads is gone at once; the process is ended when it has answered.
      const script = `(${line} ${to} & echo $! >&3; wait $!; echo $? >&3) 3>ids | true`;
      const cwd = temporaryFolder();
      const shell = { name: "sh", command: ["sh", "-c", script] } as const;
      const run = planloop(shell, [], { cwd, home: homeWith({}) });
      await answerOf(`http://127.0.0.1:${port}/api/sessions`);
      const [pid] = readFileSync(join(cwd, "ids"), "utf8").split("\n");
      process.kill(Number(pid), "SIGTERM");
      const { stderr } = await run;
      expect(stderr).not.toMatch(/EPIPE|Error|broken pipe/i);
      expect(readFileSync(join(cwd, "ids"), "utf8")).toBe(`${pid}\n0\n`);
    }
  });
});
