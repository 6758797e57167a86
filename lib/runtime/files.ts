/**
 * Files as the rest of planloop sees them.
 *
 * @module
 */

/** What a directory entry is. `link` only where links are not followed; `other`: sockets, pipes, … */
export type FileKind = "file" | "directory" | "link" | "other";

/** What is known of a file without reading it. */
export interface FileStat {
  /** What it is. */
  kind: FileKind;
  /** Its size. */
  sizeBytes: number;
  /** Last change, in milliseconds since the epoch. */
  modified: number;
}

/** One entry of a directory. Links are reported as links. */
export interface DirectoryEntry {
  /** The name alone, without the directory. */
  name: string;
  /** What it is. */
  kind: FileKind;
}

/** A file opened for appending: every write lands at its end, whoever else appends to it. */
export interface AppendHandle {
  /**
   * Appends everything before it returns, however many writes the system needs.
   *
   * @param length Of bytes: how many of them, from the first. Default: all.
   * @throws {Error} The system's error, such as `ENOSPC`; `written` on it is the number of bytes
   * that went out before it.
   */
  write(data: string | Uint8Array, length?: number): void;
  /** The file's size in bytes. */
  size(): number;
  /** Whether a path still names this very file, which may have been renamed or removed. */
  isAt(path: string): boolean;
  /** Whether the file was removed: no path names it any more, and what is written to it is lost. */
  isRemoved(): boolean;
  /** The last byte, or `undefined` in an empty file. */
  lastByte(): number | undefined;
  /** Closes the file; closing it again does nothing. */
  close(): void;
}

/** A file opened for reading: it stays the same file whatever becomes of its name. */
export interface ReadHandle {
  /** Reads up to `length` bytes from `start`; fewer at the end of the file. */
  read(start: number, length: number): Uint8Array;
  /** Fills `target` with the bytes from `start`; returns how many there were. */
  readInto(target: Uint8Array, start: number): number;
  /** The file's size in bytes. */
  size(): number;
  /** Whether a path still names this very file, which may have been renamed or removed. */
  isAt(path: string): boolean;
  /** Closes the file; closing it again does nothing. */
  close(): void;
}

/** A new file that is written over again and again, in place. */
export interface RewriteHandle {
  /**
   * Replaces the content. Blanks fill up what was longer before: the file is never cut, so that
   * nobody finds it empty.
   */
  write(text: string): void;
  /** Closes the file; closing it again does nothing. */
  close(): void;
}

/**
 * What a new file gets: a text, bytes, or bytes in pieces, which may be walked more than once. Each
 * piece is used before the next is asked for.
 */
export type FileData = string | Uint8Array | Iterable<Uint8Array>;

/** Which part of a file to stream, and in which pieces. */
export interface ReadChunksOptions {
  /** First byte, from 0. Default 0. */
  start?: number;
  /** The byte after the last one. Default: the end of the file. */
  end?: number;
  /** Size of a chunk. Default {@linkcode readChunkBytes}. */
  chunkBytes?: number;
  /**
   * Whether all chunks lie in the same memory: then each is gone when the next one is asked for.
   * Default: false.
   */
  shared?: boolean;
}

/** Default size of a chunk that {@linkcode Files.readChunks} yields, in bytes. */
export const readChunkBytes: number = 256 * 1024;

/** How the temporary names end under which whole files are written: a killed process leaves one. */
export const temporaryNameEnd: RegExp = /\.[0-9a-f]{12}\.tmp$/;

/** Longest file that is read as a whole, in bytes; larger ones are streamed. */
export const readWholeBytesMax: number = 512 * 1024 * 1024;

/**
 * File operations. All but `readChunks` are synchronous: a recorder's line must be on its way to
 * the disk when the call returns. All throw the system's own error, with its `code`, unless a
 * method says otherwise.
 */
export interface Files {
  /** Opens a file for appending and creates it where it is missing. Its directory must exist. */
  openAppend(path: string): AppendHandle;
  /** Opens a file for reading, for those who come back to it. */
  openRead(path: string): ReadHandle;
  /** Reads a whole file. */
  read(path: string): Uint8Array;
  /** Reads a whole file as UTF-8; bytes that are not UTF-8 become U+FFFD, a leading BOM stays. */
  readText(path: string): string;
  /** Reads up to `length` bytes from `start`; fewer at the end of the file. */
  readRange(path: string, start: number, length: number): Uint8Array;
  /** The first `lengthMax` bytes as UTF-8, for small files; `undefined` where the file is missing. */
  readStart(path: string, lengthMax: number): string | undefined;
  /** Streams a file. Every chunk is a buffer of its own, unless they are to be shared. */
  readChunks(path: string, options?: ReadChunksOptions): AsyncGenerator<Uint8Array, void, void>;
  /** Writes a whole file by writing a temporary one beside it and renaming it. */
  writeFileAtomic(path: string, data: FileData): void;
  /** Creates a whole file only where none of that name exists; `false` where one does. */
  writeFileExclusive(path: string, data: FileData): boolean;
  /** Creates a file with `O_EXCL` and writes to it in place; `false` where it exists. */
  createExclusive(path: string, data?: FileData): boolean;
  /** Creates a file that must not exist yet, to be written over in place. */
  openRewrite(path: string): RewriteHandle;
  /**
   * Gives a file a further name, at once and whole; `false` where something has that name.
   * {@linkcode lacksLinks} tells the errors of file systems that have no hard links.
   */
  link(path: string, name: string): boolean;
  /**
   * Creates a directory and those above it; does nothing where it exists.
   *
   * @throws {Error} The system's error; `ENOENT` where it takes no new directory at all, as below
   * `/proc`.
   */
  createDirectory(path: string): void;
  /** A directory's entries, sorted by name in code unit order. */
  readDirectory(path: string): DirectoryEntry[];
  /** The names in a directory, in no order; cheaper than its entries. */
  listNames(path: string): string[];
  /** Follows links; `undefined` where nothing is there. */
  stat(path: string): FileStat | undefined;
  /** Does not follow links; `undefined` where nothing is there. */
  lstat(path: string): FileStat | undefined;
  /** Whether something is there, links followed. */
  exists(path: string): boolean;
  /** The path with every link resolved. */
  realPath(path: string): string;
  /** Removes a file; `false` where it was not there. */
  remove(path: string): boolean;
  /** Removes a directory with all it holds; does nothing where it is missing. */
  removeTree(path: string): void;
  /** Renames a file, replacing what has the new name. */
  rename(from: string, to: string): void;
  /**
   * Calls back after something in a directory, or in a file, changed. Notices may be late, merged,
   * or missing on some file systems: a caller also polls, slowly. The process may end meanwhile.
   *
   * @returns The way to stop. A path that cannot be watched gives no notices and no error.
   */
  watch(path: string, listener: (name: string | null) => void): () => void;
}

/**
 * The system's code of a failed operation, such as `ENOENT`.
 *
 * @returns `undefined` where the value is no system error.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : undefined;
}

/** Whether an error says that the file system (exFAT, some network shares) has no hard links. */
export function lacksLinks(error: unknown): boolean {
  return ["EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP", "EMLINK"].includes(errorCode(error) ?? "");
}
