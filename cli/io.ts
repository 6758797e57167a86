/**
 * What a command has to do with the world around it: data goes to stdout, talk to stderr.
 *
 * @module
 */

/** Where text goes. Writing to a pipe that nobody reads any more is silent. */
export interface Output {
  write(text: string): void;
  /** Whether a person reads it at a terminal. */
  readonly isTerminal: boolean;
  /** Width in characters; 80 where it is no terminal. */
  readonly columns: number;
  /** Whether colours may be used: a terminal, without `NO_COLOR` and not a dumb one. */
  readonly hasColours: boolean;
}

/** The surroundings of one run of a command. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory, absolute. */
  readonly cwd: string;
  readonly platform: string;
  /** Aborted by Ctrl-C: long work stops and removes what it left half done. */
  readonly interrupted: AbortSignal;
}

/** Writes a line of talk. */
export function say(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}
