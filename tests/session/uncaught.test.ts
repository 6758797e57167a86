import { describe, expect, test } from "vitest";
import { openSession, type Session } from "../../lib/mod.ts";
import { type FakeRuntime, fakeRuntime } from "../../lib/runtime/mod.ts";

function reports(runtime: FakeRuntime, session: Session): string[] {
  return runtime.files.paths().filter((path) =>
    path.startsWith(`${session.path}/logs/errors/`) && path.includes("_error")
  );
}

describe("session.captureUncaught", () => {
  test("takes what nobody caught, instead of the session that was opened last", () => {
    const runtime = fakeRuntime();
    const first = openSession({ name: "first", runtime });
    const last = openSession({ name: "last", runtime });
    const stop = first.captureUncaught();
    runtime.process.uncaught(new Error("one"));
    runtime.process.uncaught(new Error("two"), "unhandledRejection");
    expect(reports(runtime, first)).toHaveLength(2);
    expect(reports(runtime, last)).toHaveLength(0);
    const log = runtime.files.readText(`${first.path}/logs/planloop.jsonl`);
    expect(log).toContain('"origin":"uncaughtException"');
    expect(log).toContain('"origin":"unhandledRejection"');
    stop();
    runtime.process.uncaught(new Error("three"));
    expect(reports(runtime, last)).toHaveLength(1);
    last.run(() => {
      first.captureUncaught();
      runtime.process.uncaught(new Error("inside the other session's flow"));
    });
    expect(reports(runtime, last)).toHaveLength(2);
    first.close();
    runtime.process.uncaught(new Error("four"));
    expect(reports(runtime, last)).toHaveLength(3);
    last.close();
  });
});
