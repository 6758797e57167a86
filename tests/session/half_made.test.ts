import { describe, expect, test } from "vitest";
import { openSession } from "../../lib/mod.ts";
import { fakeRuntime } from "../../lib/runtime/mod.ts";

const path = "/h/sessions/s";
const open = (runtime = fakeRuntime()) => openSession({ name: "s", home: "/h", id: "s", runtime });

describe("openSession after a process that was killed", () => {
  test("makes the files that are missing beside the state", () => {
    const runtime = fakeRuntime();
    open(runtime).close();
    const { files } = runtime;
    const whole = ["state.json", "PLAN.md", "deadlock.json"].map((name) => `${path}/${name}`);
    const texts = whole.map((name) => files.readText(name));
    for (const name of [...whole.slice(1), "/h/index.json"]) files.remove(name);
    open(runtime).close();
    expect(whole.map((name) => files.readText(name))).toEqual(texts);
    expect(JSON.parse(files.readText("/h/index.json")).sessions).toMatchObject([{ session: "s" }]);
  });

  test("leaves a plan that is there as it is", () => {
    const runtime = fakeRuntime();
    open(runtime).close();
    runtime.files.writeFileAtomic(`${path}/PLAN.md`, "an older plan");
    runtime.files.remove(`${path}/deadlock.json`);
    open(runtime).close();
    expect(runtime.files.readText(`${path}/PLAN.md`)).toBe("an older plan");
    expect(runtime.files.exists(`${path}/deadlock.json`)).toBe(true);
  });

  test("removes what was never finished, once nobody can be writing it any more", () => {
    const runtime = fakeRuntime();
    const session = open(runtime);
    session.trace("t", () => session.captureError(new Error("e")));
    session.close();
    const { files } = runtime;
    const left = [
      "/h/index.json.0123456789ab.tmp",
      `${path}/state.json.0123456789ab.tmp`,
      `${path}/logs/traces/tr_a.json.0123456789ab.tmp`,
      `${path}/logs/errors/tr_a_error.json.0123456789ab.tmp`,
    ];
    const others = [`${path}/notes.tmp`, `${path}/logs/x.json.0123456789ab.tmp.txt`];
    for (const name of [...left, ...others]) files.writeFileAtomic(name, "half");
    runtime.advance(59_000);
    open(runtime).close();
    expect(files.paths()).toEqual(expect.arrayContaining(left));
    runtime.advance(2000);
    open(runtime).close();
    expect(files.paths().filter((name) => left.includes(name))).toEqual([]);
    expect(files.paths()).toEqual(expect.arrayContaining(others));
  });

  test("goes on where what is left cannot be removed", () => {
    const runtime = fakeRuntime();
    open(runtime).close();
    runtime.files.writeFileAtomic(`${path}/state.json.0123456789ab.tmp`, "half");
    runtime.advance(61_000);
    runtime.files.fail({ operation: "remove", code: "EACCES" });
    const session = open(runtime);
    expect(session.recording).toBe(true);
    expect(runtime.process.warnings).toHaveLength(1);
    session.close();
  });
});
