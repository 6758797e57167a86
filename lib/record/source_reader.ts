/**
 * Stack frames as the program's author knows them: where the code was written, its line, and whose
 * it is.
 *
 * @module
 */

import type { StackFrame } from "../format/mod.ts";
import {
  absolutePath,
  isAbsolutePath,
  parentPath,
  pathOfUrl,
  type Runtime,
} from "../runtime/mod.ts";
import { isLibraryFrame, isOwnFrame } from "./frame_owner.ts";
import { readSourceMap, type SourceMap } from "./source_map.ts";

/** Longest source line that is kept, in UTF-16 units. */
export const codeLengthMax = 300;

/** Largest source file that is read for its lines, in bytes. */
export const sourceBytesMax: number = 4 * 1024 * 1024;

/** Largest source map that is read, in bytes. */
export const sourceMapBytesMax: number = 32 * 1024 * 1024;

/** How much of the end of a larger file is searched for the name of its map, in bytes. */
export const mapNameBytesMax = 4096;

/** Most source files that are read for one report. */
export const sourceFilesMax = 20;

/** What is known of one file. */
interface KnownFile {
  lines: string[];
  map: SourceMap | undefined;
}

const NOTHING: KnownFile = { lines: [], map: undefined };

/** Reads source files and their maps, each once. */
export class SourceReader {
  readonly #runtime: Runtime;
  readonly #files = new Map<string, KnownFile>();
  /** Texts that maps hold, by the path that they stand for. */
  readonly #contents = new Map<string, string[]>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Frames as they were written, with their source lines where those can be read. The recorder's
   * own frames are left out, unless there are no others; those of packages and of the platform are
   * marked.
   */
  resolve(frames: readonly StackFrame[]): StackFrame[] {
    const mapped: StackFrame[] = [];
    // The throwing frames come last, and matter most when there are too many files.
    for (let index = frames.length - 1; index >= 0; index -= 1) {
      mapped.unshift(this.#original(frames[index]!));
    }
    const others = mapped.filter(({ file }) => !isOwnFrame(file));
    const kept = others.length > 0 ? others : mapped;
    for (let index = kept.length - 1; index >= 0; index -= 1) {
      const frame = kept[index]!;
      const code = this.#line(frame);
      frame.code = code.length > codeLengthMax
        ? `${code.slice(0, codeLengthMax)}…(${code.length - codeLengthMax} more)`
        : code;
      if (isLibraryFrame(frame.file)) frame.library = true;
    }
    return kept;
  }

  #line({ file, line }: StackFrame): string {
    const lines = this.#contents.get(file) ?? this.#known(file).lines;
    return lines[line - 1]?.trim() ?? "";
  }

  #original(frame: StackFrame): StackFrame {
    const place = this.#known(frame.file).map?.find(frame.line, frame.column ?? 1);
    if (!place || place.source === "") return frame;
    const file = resolveSource(place.source, frame.file);
    if (place.content !== undefined && this.#contents.size < sourceFilesMax) {
      this.#contents.set(file, place.content.split("\n"));
    }
    return { ...frame, file, line: place.line, column: place.column };
  }

  #known(file: string): KnownFile {
    const known = this.#files.get(file);
    if (known) return known;
    if (this.#files.size >= sourceFilesMax || !isAbsolutePath(file)) return NOTHING;
    const read = this.#read(file);
    this.#files.set(file, read);
    return read;
  }

  #read(file: string): KnownFile {
    const { files } = this.#runtime;
    try {
      const stat = files.stat(file);
      if (stat?.kind !== "file") return NOTHING;
      const isShort = stat.sizeBytes <= sourceBytesMax;
      const text = isShort ? files.readText(file) : new TextDecoder().decode(
        files.readRange(file, stat.sizeBytes - mapNameBytesMax, mapNameBytesMax),
      );
      return { lines: isShort ? text.split("\n") : [], map: this.#map(file, text) };
    } catch {
      // Without permission to read the source, the frame stands as it is.
      return NOTHING;
    }
  }

  #map(file: string, text: string): SourceMap | undefined {
    const name = mapName(text);
    if (name === undefined) return undefined;
    const inline = /^data:application\/json[^,]*;base64,/.exec(name)?.[0];
    if (inline !== undefined) return readSourceMap(decodeBase64(name.slice(inline.length)));
    // Only files of this machine: nothing is ever fetched.
    if (/^[a-z][a-z0-9+.-]+:|^\/\//i.test(name)) return undefined;
    const path = absolutePath(parentPath(file), decodeName(name));
    const stat = this.#runtime.files.stat(path);
    if (stat?.kind !== "file" || stat.sizeBytes > sourceMapBytesMax) return undefined;
    return readSourceMap(this.#runtime.files.readText(path));
  }
}

/** What a file's last comment names as its map. */
function mapName(text: string): string | undefined {
  const at = text.lastIndexOf("sourceMappingURL=");
  if (at < 0) return undefined;
  const start = text.lastIndexOf("\n", at) + 1;
  if (!/^\s*\/\/[#@]\s*$/.test(text.slice(start, at))) return undefined;
  const [name, ...rest] = text.slice(at + "sourceMappingURL=".length).split("\n");
  // Further code behind it: then it is a text of the program, not about the program.
  if (rest.some((line) => !/^\s*(\/\/.*)?$/.test(line))) return undefined;
  return name!.trim();
}

function decodeBase64(text: string): string {
  if (text.length > sourceMapBytesMax) return "";
  const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A map's source as a path; a bundler's own scheme stays as it is. */
function resolveSource(source: string, file: string): string {
  const path = pathOfUrl(source);
  if (/^[a-z][a-z0-9+.-]+:/i.test(path)) return path;
  return absolutePath(parentPath(file), path);
}
