/**
 * Surroundings for a command inside the test's own process, as if at a terminal.
 *
 * @module
 */

import { type Input, type Io, type Output, plainManner } from "../../cli/io.ts";

/** An output that keeps what was written. */
export interface FakeOutput extends Output {
  readonly text: string;
}

export function fakeOutput(options: Partial<Output> = {}): FakeOutput {
  let text = "";
  return {
    isTerminal: true,
    columns: 100,
    hasColours: false,
    ...options,
    write: (more) => {
      text += typeof more === "string" ? more : new TextDecoder().decode(more);
    },
    drained: () => Promise.resolve(),
    isClosed: false,
    get text() {
      return text;
    },
  };
}

/** A person who answers with these lines, then no more; nobody where there are none. */
export function fakeInput(lines?: readonly string[]): Input {
  const rest = [...lines ?? []];
  return {
    isTerminal: lines !== undefined,
    readLine: () => Promise.resolve(rest.shift() ?? null),
  };
}

export interface FakeIo extends Io {
  readonly stdout: FakeOutput;
  readonly stderr: FakeOutput;
}

/** At a terminal without colours, in a folder of its own, with nothing but `env` set. */
export function fakeIo(options: Partial<FakeIo> = {}): FakeIo {
  return {
    stdout: fakeOutput(),
    stderr: fakeOutput(),
    stdin: fakeInput(),
    manner: plainManner(),
    env: {},
    cwd: "/",
    platform: "linux",
    interrupted: new AbortController().signal,
    ...options,
  };
}
