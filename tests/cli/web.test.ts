import { createServer } from "node:net";
import process from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import { goodId, makeHome } from "./homes.ts";
import { planloop, type Program, programs, type Run, type RunningProgram } from "./program.ts";
import { recordedSession } from "./recorded_home.ts";

let home = "";
beforeAll(() => {
  home = makeHome({ [goodId]: recordedSession(goodId) });
});

/** Starts a server, does something with its address, and gives how it ended. */
async function served(
  program: Program,
  args: readonly string[],
  use: (url: URL, running: RunningProgram, talk: () => string) => Promise<void>,
): Promise<Run> {
  let running!: RunningProgram;
  let talk = "";
  let begun!: (said: string) => void;
  const begin = new Promise<string>((resolve) => begun = resolve);
  const run = planloop(program, ["web", "--port", "0", ...args], {
    home,
    onStart: (started) => running = started,
    onTalk: (said) => {
      talk = said;
      const url = /Serving .* at (http\S+)\./.exec(said)?.[1];
      if (url) begun(url);
    },
  });
  const ended = run.then(({ stderr }) => {
    throw new Error(`It ended before it served: ${stderr}`);
  });
  // A second signal would end it at once.
  let isTold = false;
  const once: RunningProgram = {
    kill(signal) {
      if (!isTold) running.kill(signal);
      isTold = true;
    },
  };
  try {
    await use(new URL(await Promise.race([begin, ended])), once, () => talk);
  } finally {
    ended.catch(() => {});
    once.kill("SIGTERM");
  }
  return await run;
}

describe.each(programs)("planloop web, $name", (program) => {
  test.each(["SIGINT", "SIGTERM"] as const)("ends well at %s, streams and all", async (signal) => {
    const { code, stdout } = await served(program, [], async (url, running) => {
      const { sessions } = await (await fetch(new URL("/api/sessions", url))).json();
      expect(sessions.map(({ session }: { session: string }) => session)).toEqual([goodId]);
      const stream = await fetch(new URL(`/api/sessions/${goodId}/stream`, url));
      const reader = stream.body!.getReader();
      expect(new TextDecoder().decode((await reader.read()).value)).toContain("event: begin");
      running.kill(signal);
      try {
        while (!(await reader.read()).done);
      } catch {
        // Cut off, which is an end, too.
      }
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  });

  test("--json says where it is", async () => {
    const { code, stdout } = await served(program, ["--json"], async (url) => {
      expect((await fetch(url)).status).toBe(200);
    });
    expect(code).toBe(0);
    const facts = JSON.parse(stdout);
    expect(Object.keys(facts)).toEqual(["url", "host", "port", "home", "pid"]);
    expect(facts).toMatchObject({ host: "127.0.0.1", home });
  });

  test("--host for other machines needs the token, and warns", async () => {
    await served(program, ["--host", "0.0.0.0"], async (url, _running, talk) => {
      const token = url.searchParams.get("token")!;
      expect(token.length).toBeGreaterThan(20);
      expect(talk()).toContain("Warning:");
      const local = `http://127.0.0.1:${url.port}/api/sessions`;
      for (const address of [local, new URL("/api/sessions", url).href]) {
        expect((await fetch(address)).status).toBe(401);
        expect((await fetch(`${address}?token=${token}`)).status).toBe(200);
      }
    });
  });

  test("a port in use: says so, by whom, and offers the next", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", () => resolve()));
    const { port } = other.address() as { port: number };
    try {
      const { code, stderr } = await planloop(program, ["web", "--port", String(port)], { home });
      expect(code).toBe(2);
      expect(stderr).toContain(`Cannot listen on port ${port}: it is in use`);
      if (process.platform === "linux") expect(stderr).toContain(`process ${process.pid}`);
      expect(stderr).toMatch(/Take --port \d+, which is free/);
    } finally {
      other.close();
    }
  });

  test.each([
    ["--port", "70000"],
    ["--port", "x"],
    ["--cors", "*"],
    ["--cors", "https://a.example/path"],
    ["--host", ""],
    ["--host", "no such host"],
  ])("refuses %s %j", async (...args) => {
    const { code, stderr } = await planloop(program, ["web", "--port", "0", ...args], { home });
    expect([1, 2]).toContain(code);
    expect(stderr.length).toBeGreaterThan(10);
    expect(stderr).not.toContain("    at ");
  });
});
