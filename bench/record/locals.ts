/**
 * The variables of a caught throw: what it takes to see them, and what it takes not to look.
 *
 * @module
 */

import * as sentry from "@sentry/node-core/light";
import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { openSession } from "../../lib/mod.ts";
import { inspectThrows } from "../../lib/record/mod.ts";
import { recorderOf } from "../../lib/session/current.ts";
import type { Goal } from "../goal.ts";
import { medianCalls, startSubject, type Subject } from "./cost.ts";

/** Frames of the throw that is measured, and how many of them show their variables. */
const framesMax = 3;

/** Throws that are caught, with the variables of their three frames looked at. Only under Node. */
const watched: Readonly<Record<string, (path: string) => Subject | Promise<Subject>>> = {
  "throw, Sentry locals, same thread": () => sentryThrows("Sync"),
  "throw, Sentry locals, worker": () => sentryThrows("Async"),
  "throw, planloop locals": planloopThrows,
};

/** The same throws in a program that does not look, without and with a recorder in it. */
const throws: Readonly<Record<string, (path: string) => Subject>> = {
  "throw, without planloop": () => repeated(throwOften),
  "throw, planloop, locals off": (path) => recorded(path, throwOften),
};

/** An `await` in the same programs, and while somebody looks. */
const waits: Readonly<Record<string, (path: string) => Subject>> = {
  "await, without planloop": () => repeated(waitOften),
  "await, AsyncLocalStorage alone": () => withStorage(waitOften),
  "await, planloop, locals off": (path) => recorded(path, waitOften),
  "await, planloop locals": (path) => recorded(path, waitOften, "inspector"),
};

/** Makes each subject; `path` is free for its folder. */
export const localsSubjects: Readonly<
  Record<string, (path: string) => Subject | Promise<Subject>>
> = { ...watched, ...throws, ...waits };

/** Calls in one round of one subject, by how long one takes. */
const effort = { watched: 200, throws: 15_000, waits: 150_000 };

/** Of ten pairs of processes that ran the same code, the medians differed by up to 1.043. */
const unmeasurable = 1.05;

/** Times as many rounds where a hundredth counts: many short ones even out a busy machine. */
const moreRounds = 6;

/**
 * Measures all of it under Node; Deno has no such inspector.
 *
 * @param commandOf Runs {@linkcode localsSubjects} of that name in a process of its own.
 */
export async function measureLocals(
  commandOf: (name: string) => string[],
  rounds: number,
): Promise<{ costs: Record<string, number>; goals: Goal[] }> {
  const costs: Record<string, number> = {};
  const measure = async (names: string[], calls: number, rounds: number) => {
    const subjects = names.map((name) => startSubject(commandOf(name)));
    for (const [index, cost] of (await medianCalls(subjects, calls, rounds)).entries()) {
      costs[names[index]!] = cost.cpu_us;
      if (names[index]! in watched) costs[`${names[index]} (time)`] = cost.elapsed_us;
    }
  };
  await measure(Object.keys(watched), effort.watched, rounds);
  await measure(Object.keys(throws), effort.throws, moreRounds * rounds);
  await measure(Object.keys(waits), effort.waits, moreRounds * rounds);
  const goal = (what: string, ours: string, theirs: string, bar: number): Goal => ({
    goal: `record on node: ${what}`,
    value: costs[ours]! / costs[theirs]!,
    bar,
  });
  const ours = "throw, planloop locals";
  const theirs = "throw, Sentry locals, same thread";
  const goals = [
    goal("locals of a caught throw, CPU, ratio to Sentry", ours, theirs, 1.1),
    goal(
      "caught throw with locals off, CPU, ratio to no planloop",
      "throw, planloop, locals off",
      "throw, without planloop",
      unmeasurable,
    ),
    goal(
      "await with locals off, CPU, ratio to AsyncLocalStorage alone",
      "await, planloop, locals off",
      "await, AsyncLocalStorage alone",
      unmeasurable,
    ),
  ];
  return { costs, goals };
}

/** A module of its own, not bundled into one with everything else that is measured. */
const { throwFromJobs, throwOften } = await import("./thrower.ts");

async function waitOften(calls: number): Promise<void> {
  for (let call = 0; call < calls; call++) await undefined;
}

type Work = (calls: number) => void | Promise<void>;

function repeated(work: Work): Subject {
  return { run: work, finish() {} };
}

function withStorage(work: Work): Subject {
  const storage = new AsyncLocalStorage<object>();
  return { run: (calls) => storage.run({}, () => work(calls)), finish() {} };
}

/** In the flow of an open session. */
function recorded(home: string, work: Work, locals?: "inspector"): Subject {
  const session = openSession({ name: "locals", home, ...(locals ? { locals } : {}) });
  return {
    run: (calls) => session.run(() => work(calls)),
    finish: () => session.close(),
  };
}

/** Ours, without the limit of throws a second. */
function planloopThrows(home: string): Subject {
  const session = openSession({ name: "locals", home });
  const recorder = recorderOf(session)!;
  const stop = inspectThrows(recorder, { framesMax, perSecondMax: Infinity });
  let last: unknown;
  return {
    run: async (calls) => void (last = await throwFromJobs(calls)),
    finish() {
      stop?.();
      session.close();
      expectFrames(recorder.thrown.get(last as object)?.map(({ locals }) => locals).reverse());
    },
  };
}

/** Sentry's, without its limit of throws a second, and with a transport that drops everything. */
async function sentryThrows(kind: "Sync" | "Async"): Promise<Subject> {
  // Which of the two is taken depends on the version of Node: the package exports no choice.
  const root = dirname(createRequire(import.meta.url).resolve("@sentry/node-core/package.json"));
  const file = `build/esm/integrations/local-variables/local-variables-${kind.toLowerCase()}.js`;
  const module = await import(pathToFileURL(join(root, file)).href);
  let sent: SentryEvent | undefined;
  sentry.initWithoutDefaultIntegrations({
    dsn: "https://key@localhost.invalid/1",
    includeLocalVariables: true,
    integrations: [
      module[`localVariables${kind}Integration`]({
        captureAllExceptions: true,
        maxExceptionsPerSecond: 1e9,
        // The benchmark runs from below `node_modules`.
        includeOutOfAppFrames: true,
      }),
    ],
    transport: () => ({ send: () => Promise.resolve({}), flush: () => Promise.resolve(true) }),
    beforeSend: (event) => {
      sent = event as unknown as SentryEvent;
      return null;
    },
  });
  // Both begin some time after they were asked to: the worker's process has to start first.
  const isLooking = async () => {
    sentry.captureException(await throwFromJobs(1));
    await sentry.flush();
    return sent?.exception.values[0].stacktrace.frames.at(-1)?.vars !== undefined;
  };
  for (let tries = 0; !await isLooking(); tries++) {
    if (tries > 200) throw new Error("Sentry did not begin to look at variables in 10 s");
    await setTimeout(50);
  }
  let last: unknown;
  return {
    run: async (calls) => void (last = await throwFromJobs(calls)),
    async finish() {
      sentry.captureException(last);
      await sentry.flush();
      const { frames } = sent!.exception.values[0].stacktrace;
      expectFrames(frames.map(({ vars }) => vars).slice(-framesMax));
      await sentry.close();
    },
  };
}

/** As much of Sentry's event as is looked at here. */
interface SentryEvent {
  exception: { values: [{ stacktrace: { frames: { vars?: Record<string, unknown> }[] } }] };
}

/** Throws unless each frame shows its own variables, outermost first. */
function expectFrames(frames: (Record<string, unknown> | undefined)[] = []): void {
  const names = frames.map((vars) => Object.keys(vars ?? {}));
  const expected = ["customer", "customer", "sum"];
  if (expected.some((name, index) => !names[index]?.includes(name))) {
    throw new Error(`Frames with ${JSON.stringify(names)}, expected ${JSON.stringify(expected)}`);
  }
}
