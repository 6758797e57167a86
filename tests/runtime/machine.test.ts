import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import process from "node:process";
import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  createAsyncContext,
  fakeRuntime,
  joinPath,
  pathOfUrl,
  systemRuntime,
} from "../../lib/runtime/mod.ts";

const runtime = systemRuntime();

test("systemRuntime names the runtime it runs on", () => {
  const name = "Deno" in globalThis ? "deno" : "node";
  expect(runtime.process.runtime.name).toBe(name);
  expect(runtime.process.runtime.version).toMatch(/^\d+\.\d+/);
  expect(runtime.process.pid).toBe(process.pid);
});

test("isAlive and startTime know this process, and none that has ended", async () => {
  const { isAlive, startTime, pid } = runtime.process;
  expect(isAlive(pid)).toBe(true);
  expect(startTime(pid)).toBe(startTime(pid));
  expect(startTime(pid)).toMatch(/\S/);
  const child = spawn("/bin/sh", ["-c", "exit 0"]);
  await new Promise((resolve) => child.on("close", resolve));
  expect(isAlive(child.pid!)).toBe(false);
  expect(startTime(child.pid!)).toBeUndefined();
  for (const wrong of [0, -1, 1.5, NaN, 2 ** 40]) {
    expect(isAlive(wrong)).toBe(false);
    expect(startTime(wrong)).toBeUndefined();
  }
});

test("deflateRaw gives what inflateRaw takes, at any level", async () => {
  const bytes = new TextEncoder().encode("planloop ".repeat(1000));
  for (const level of [1, 6, 9]) {
    const packed = await runtime.deflateRaw(bytes, level);
    expect(packed.length).toBeLessThan(200);
    expect(new Uint8Array(inflateRawSync(packed))).toEqual(bytes);
  }
});

test("deflateRaw takes bytes in pieces, each when there is room for it", async () => {
  const pieces = Array.from({ length: 300 }, (_, i) => new Uint8Array(i * 10).fill(i));
  const packed = await runtime.deflateRaw(pieces.values(), 6);
  expect(Buffer.concat(pieces).equals(inflateRawSync(packed))).toBe(true);
  expect(inflateRawSync(await runtime.deflateRaw([])).length).toBe(0);
  const failing = function* () {
    yield new Uint8Array(10);
    throw new Error("unreadable");
  };
  await expect(runtime.deflateRaw(failing())).rejects.toThrow("unreadable");
});

test("sha256 and startDigest agree with the published digest of abc", () => {
  const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(runtime.sha256("abc")).toBe(expected);
  const digest = runtime.startDigest();
  digest.update(new TextEncoder().encode("a"));
  digest.update(new TextEncoder().encode("bc"));
  expect(digest.hex()).toBe(expected);
});

test("clock.now follows the wall clock, clock.monotonic never goes back", () => {
  const { clock } = runtime;
  const [earliest, moment, latest] = [Date.now(), clock.now(), Date.now()];
  // Between the two, or within the same millisecond as one of them.
  expect(moment).toBeGreaterThanOrEqual(earliest);
  expect(moment).toBeLessThan(latest + 1);
  const [before, whole, after] = [clock.now(), clock.nowWhole(), clock.now()];
  expect(Number.isInteger(whole)).toBe(true);
  expect(whole).toBeGreaterThanOrEqual(Math.floor(before));
  expect(whole).toBeLessThanOrEqual(after);
  const times = Array.from({ length: 1000 }, () => clock.monotonic());
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test("random gives as many digits as asked, and no two alike", () => {
  const { random } = runtime;
  expect(random.hex(5)).toMatch(/^[0-9a-f]{5}$/);
  expect(random.bytes(7)).toHaveLength(7);
  expect(random.uuid()).not.toBe(random.uuid());
});

test("createAsyncContext keeps concurrent flows apart, across timers", async () => {
  const context = createAsyncContext<string>();
  const see = async (value: string) =>
    await context.run(value, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return context.get();
    });
  expect(await Promise.all([see("a"), see("b")])).toEqual(["a", "b"]);
  expect(context.get()).toBeUndefined();
  await context.run("outer", async () => {
    context.enter("inner");
    await Promise.resolve();
    expect(context.get()).toBe("inner");
  });
  expect(context.get()).toBeUndefined();
});

test("onExit and onUncaught can be taken back", () => {
  const before = process.listenerCount("exit");
  const stops = [runtime.process.onExit(() => {}), runtime.process.onUncaught(() => {})];
  expect(process.listenerCount("exit")).toBe(before + 1);
  stops.forEach((stop) => stop());
  expect(process.listenerCount("exit")).toBe(before);
});

test("fakeRuntime stands still until it is moved on, and repeats its chance", () => {
  const one = fakeRuntime({ seed: 7 });
  const start = one.clock.now();
  expect(one.clock.now()).toBe(start);
  one.advance(1500);
  expect(one.clock.now()).toBe(start + 1500);
  one.advance(0.5);
  expect(one.clock.nowWhole()).toBe(start + 1500);
  expect(one.clock.monotonic()).toBe(1500.5);
  expect(one.random.hex(12)).toBe(fakeRuntime({ seed: 7 }).random.hex(12));
  expect(one.random.hex(12)).not.toBe(fakeRuntime({ seed: 8 }).random.hex(12));
});

test("pathOfUrl turns file URLs into paths and leaves the rest", () => {
  expect(pathOfUrl("file:///a/b%20c.ts")).toBe(joinPath("/a", "b c.ts"));
  expect(pathOfUrl("node:internal/x")).toBe("node:internal/x");
});
