/**
 * What a command has to do with the world around it: data goes to stdout, talk to stderr.
 *
 * @module
 */

/** Where text goes. Writing to a pipe that nobody reads any more is silent. */
export interface Output {
  /** Writes text, or bytes that are UTF-8; they must not change any more. */
  write(data: string | Uint8Array): void;
  /** Resolves when what was written is on its way, so that memory does not grow with it. */
  drained(): Promise<void>;
  /** Whether nobody reads it any more: what is written is dropped. */
  readonly isClosed: boolean;
  /** Whether a person reads it at a terminal. */
  readonly isTerminal: boolean;
  /** Width in characters; 80 where it is no terminal. */
  readonly columns: number;
  /** Whether colours may be used, see {@linkcode mayColour}. */
  readonly hasColours: boolean;
}

/** Where a person answers. */
export interface Input {
  /** Whether a person can be asked. */
  readonly isTerminal: boolean;
  /** The next line without its end; null where there is none, or the program is interrupted. */
  readLine(): Promise<string | null>;
}

/** How a command talks. The command line, the environment and the settings decide it at its start. */
export interface Manner {
  /** No talk: only data, and errors. */
  quiet: boolean;
  /** Says what was read, and how long it took. */
  verbose: boolean;
  /** Whether to colour, where the environment does not say. */
  colour: Colour;
}

/** `auto`: on a terminal that is not a dumb one. */
export type Colour = "auto" | "always" | "never";

/** The surroundings of one run of a command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
  readonly manner: Manner;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory, absolute. */
  readonly cwd: string;
  readonly platform: string;
  /** Aborted by Ctrl-C: long work stops and removes what it left half done. */
  readonly interrupted: AbortSignal;
}

/** Writes a line of talk, unless none is wanted. */
export function say(io: Io, text: string): void {
  if (!io.manner.quiet) io.stderr.write(`${text}\n`);
}

/** The manner of a command that nobody has told how to talk. */
export function plainManner(): Manner {
  return { quiet: false, verbose: false, colour: "auto" };
}
