import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";
import { LogFollower, queryLogRows, type RecordFilter } from "../../lib/query/mod.ts";
import { type Runtime, systemRuntime } from "../../lib/runtime/mod.ts";
import { openHome, StoredSession } from "../../lib/store/mod.ts";
import { sessionWith, temporaryFolder } from "../store/fixtures.ts";
import { line } from "./recorded.ts";

const log = "logs/planloop.jsonl";

/** Follows a session and collects what comes. */
class Followed {
  readonly messages: string[] = [];
  readonly places: string[] = [];
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  readonly #path: string;

  constructor(session: StoredSession, filter: RecordFilter = {}, runtime?: Runtime) {
    this.#path = session.path;
    const follower = new LogFollower(session, runtime);
    this.#ended = this.#collect(follower, filter);
  }

  async #collect(follower: LogFollower, filter: RecordFilter): Promise<void> {
    for await (const rows of follower.rows(filter, this.#stop.signal)) {
      for (const row of rows) {
        this.messages.push(row.record().message);
        this.places.push(`${row.file}:${row.line}`);
      }
    }
  }

  write(text: string, file = log): void {
    mkdirSync(dirname(join(this.#path, file)), { recursive: true });
    appendFileSync(join(this.#path, file), text);
  }

  path(file = log): string {
    return join(this.#path, file);
  }

  /** Waits until so many messages came, and then that no further one does. */
  async until(count: number): Promise<string[]> {
    const deadline = Date.now() + 10_000;
    while (this.messages.length < count && Date.now() < deadline) await pause(10);
    await pause(50);
    return this.messages;
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }
}

/** The machine, on which a log is rotated in between: of its looks, the nth finds no log there. */
function rotatedBetween(look: number, path: string, next: string): Runtime {
  const { files, clock, ...others } = systemRuntime();
  let looks = 0;
  const counted = <Result>(ask: (path: string) => Result) => (asked: string): Result => {
    if (asked !== path || (looks === 0 && !existsSync(path))) return ask(asked);
    looks++;
    if (looks === look) renameSync(path, path.replace(".jsonl", ".1.jsonl"));
    if (looks === look + 1) writeFileSync(path, next);
    return ask(asked);
  };
  return {
    ...others,
    clock: { ...clock, after: (_, wake) => clock.after(5, wake) },
    files: {
      ...files,
      stat: counted(files.stat),
      lstat: counted(files.lstat),
      realPath: counted(files.realPath),
      openRead: counted(files.openRead),
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("LogFollower", () => {
  test("gives what is written from now on, with its place in the file", async () => {
    const followed = new Followed(sessionWith({ [log]: `${line(1, "old")}\n` }));
    followed.write(`${line(2, "one")}\n${line(3, "two")}\n`);
    expect(await followed.until(2)).toEqual(["one", "two"]);
    expect(followed.places).toEqual([`${log}:2`, `${log}:3`]);
    followed.write(`${line(4, "three")}\n`);
    expect(await followed.until(3)).toEqual(["one", "two", "three"]);
    await followed.end();
  });

  test("a half-written line waits for its end, also one that was there before", async () => {
    const [whole, half] = [line(1, "whole"), line(2, "half")];
    const session = sessionWith({ [log]: `${whole}\n${half.slice(0, 40)}` });
    const { ends } = new LogFollower(session);
    expect(ends.get(log)).toBe(whole.length + 1);
    const followed = new Followed(session);
    expect(await followed.until(0)).toEqual([]);
    followed.write(half.slice(40));
    expect(await followed.until(0)).toEqual([]);
    followed.write("\n");
    expect(await followed.until(1)).toEqual(["half"]);
    expect(followed.places).toEqual([`${log}:2`]);
    await followed.end();
    expect(session.problems.filter(({ lost }) => lost)).toEqual([]);
  });

  test("history up to its start, and what follows, are the log: nothing twice", async () => {
    const session = sessionWith({ [log]: `${line(1, "a")}\n${line(2, "b")}\n${line(3, "c")}` });
    const follower = new LogFollower(session);
    appendFileSync(join(session.path, log), `\n${line(4, "d")}\n`);
    const messages: string[] = [];
    for await (const rows of queryLogRows(session, {}, follower.ends)) {
      for (const row of rows) messages.push(row.record().message);
    }
    expect(messages).toEqual(["a", "b"]);
    for await (const rows of follower.rows()) {
      for (const row of rows) messages.push(row.record().message);
      if (messages.length >= 4) break;
    }
    expect(messages).toEqual(["a", "b", "c", "d"]);
  });

  test("filters as a question does", async () => {
    const followed = new Followed(sessionWith({}), { level: "ERROR", text: "disk" });
    followed.write(`${line(1, "disk full")}\n${line(2, "Disk full", { level: "ERROR" })}\n`);
    followed.write(`${line(3, "no", { level: "ERROR" })}\n`);
    expect(await followed.until(1)).toEqual(["Disk full"]);
    await followed.end();
  });

  test("a log that is not there yet, and its folder neither", async () => {
    const followed = new Followed(sessionWith({}));
    rmSync(followed.path("logs"), { recursive: true });
    await pause(20);
    followed.write(`${line(1, "first")}\n`);
    expect(await followed.until(1)).toEqual(["first"]);
    await followed.end();
  });

  test("a rotated log: the rest of the old file, then the new one", async () => {
    const followed = new Followed(sessionWith({ [log]: `${line(1, "old")}\n` }));
    renameSync(followed.path(), followed.path("logs/planloop.1.jsonl"));
    // A writer that still has the old file open goes on there for a while.
    followed.write(`${line(2, "late")}\n`, "logs/planloop.1.jsonl");
    expect(await followed.until(1)).toEqual(["late"]);
    followed.write(`${line(3, "new")}\n`);
    expect(await followed.until(2)).toEqual(["late", "new"]);
    followed.write(`${line(4, "later")}\n`, "logs/planloop.1.jsonl");
    expect(await followed.until(3)).toEqual(["late", "new", "later"]);
    await followed.end();
  });

  test("a rotation between any two looks at the log is no damage", async () => {
    // There are three until it is open.
    for (let look = 1; look <= 3; look++) {
      const { id, path } = sessionWith({});
      const runtime = rotatedBetween(look, join(path, log), `${line(2, "two")}\n`);
      const session = new StoredSession(id, path, { runtime });
      const followed = new Followed(session, {}, runtime);
      followed.write(`${line(1, "one")}\n`);
      expect(await followed.until(2), `look ${look}`).toEqual(["one", "two"]);
      await followed.end();
      expect(session.problems, `look ${look}`).toEqual([]);
    }
  });

  test("a log that was rotated before it was seen at all", async () => {
    const session = sessionWith({});
    const follower = new LogFollower(session);
    for (const number of [1, 2]) {
      const text = `${line(number, `in ${number}`)}\n`;
      writeFileSync(join(session.path, `logs/planloop.${number}.jsonl`), text);
    }
    writeFileSync(join(session.path, log), `${line(9, "last")}\n`);
    const messages: string[] = [];
    for await (const rows of follower.rows()) {
      for (const row of rows) messages.push(row.record().message);
      if (messages.length >= 3) break;
    }
    expect(messages).toEqual(["in 1", "in 2", "last"]);
  });

  test("several rotations between two looks: every file, in order", async () => {
    const session = sessionWith({
      [log]: `${line(1, "old")}\n`,
      "logs/planloop.3.jsonl": `${line(0, "before")}\n`,
    });
    const follower = new LogFollower(session);
    for (const number of [4, 5, 6]) {
      appendFileSync(join(session.path, log), `${line(number, `in ${number}`)}\n`);
      renameSync(join(session.path, log), join(session.path, `logs/planloop.${number}.jsonl`));
    }
    appendFileSync(join(session.path, log), `${line(9, "last")}\n`);
    const messages: string[] = [];
    for await (const rows of follower.rows()) {
      for (const row of rows) messages.push(row.record().message);
      if (messages.length >= 4) break;
    }
    expect(messages).toEqual(["in 4", "in 5", "in 6", "last"]);
  });

  test("a log that a scrub wrote anew: only what was not given before", async () => {
    const secret = `${line(1, "token ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")}\n`;
    const followed = new Followed(sessionWith({ [log]: secret }));
    followed.write(`${line(2, "two")}\n`);
    expect(await followed.until(1)).toEqual(["two"]);
    const clean = readFileSync(followed.path(), "utf8").replace(/ghp_a+/, "[REDACTED]");
    writeFileSync(followed.path("logs/x.tmp"), `${clean}${line(3, "three")}\n`);
    renameSync(followed.path("logs/x.tmp"), followed.path());
    expect(await followed.until(2)).toEqual(["two", "three"]);
    followed.write(`${line(4, "four")}\n`);
    expect(await followed.until(3)).toEqual(["two", "three", "four"]);
    expect(followed.places.at(-1)).toBe(`${log}:4`);
    await followed.end();
  });

  test("a log that was emptied in place begins anew", async () => {
    const followed = new Followed(
      sessionWith({ [log]: `${line(1, "a long line to begin with")}\n` }),
    );
    truncateSync(followed.path(), 0);
    await followed.until(0);
    await pause(600);
    followed.write(`${line(2, "new")}\n`);
    expect(await followed.until(1)).toEqual(["new"]);
    expect(followed.places).toEqual([`${log}:1`]);
    await followed.end();
  });

  test("Python's text log: a message of several lines comes whole, once it is over", async () => {
    const followed = new Followed(sessionWith({}));
    followed.write("2026-11-20 10:15:01,000 [ERROR] it failed\n  here\n", "logs/planloop.log");
    expect(await followed.until(1)).toEqual(["it failed\n  here"]);
    followed.write("2026-11-20 10:15:02,000 [INFO] next\n", "logs/planloop.log");
    expect(await followed.until(2)).toEqual(["it failed\n  here", "next"]);
    expect(followed.places).toEqual(["logs/planloop.log:1", "logs/planloop.log:3"]);
    await followed.end();
  });

  test("what is damaged becomes a problem with its line", async () => {
    const session = sessionWith({ [log]: `${line(1, "old")}\n` });
    const followed = new Followed(session);
    followed.write(`{"timestamp":"2026\n${line(3, "next")}\n`);
    expect(await followed.until(1)).toEqual(["next"]);
    await followed.end();
    expect(session.problems).toMatchObject([{ file: log, line: 2, lost: true }]);
  });

  test("an aborted signal ends it at once, without an error", async () => {
    const runtime = systemRuntime();
    // Neither a timer nor the system ever tells it to look: only the signal does.
    const never = () => () => {};
    const still = {
      ...runtime,
      files: { ...runtime.files, watch: never },
      clock: { ...runtime.clock, after: never },
    };
    const followed = new Followed(sessionWith({}), {}, still);
    await pause(20);
    await followed.end();
    const stopped = new LogFollower(sessionWith({}));
    for await (const _ of stopped.rows({}, AbortSignal.abort())) expect.unreachable();
  });

  test("a recorder that rotates its log while it is followed: each line once, in order", async () => {
    const home = join(temporaryFolder(), "home");
    const recorder = openSession({ name: "busy", home, logBytesMax: 20_000, logFilesMax: 50 });
    const followed = new Followed(openHome(home).findSession(recorder.id), { text: "line" });
    const count = 1500;
    for (let index = 0; index < count; index++) {
      recorder.info(`line ${index}`, { filling: "x".repeat(100) });
      if (index % 300 === 0) await pause(1);
    }
    await followed.until(count);
    expect(followed.messages).toEqual(Array.from({ length: count }, (_, index) => `line ${index}`));
    expect(existsSync(join(recorder.path, "logs/planloop.5.jsonl"))).toBe(true);
    await followed.end();
    recorder.close();
  });
});
