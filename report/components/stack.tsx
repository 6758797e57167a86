/**
 * A call stack: the throwing frame first, frames of libraries folded, long source lines clamped.
 *
 * @module
 */

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { isLibraryFile } from "../../lib/analyse/library_file.ts";
import { humanCount } from "../../lib/format/human.ts";
import type { StackFrame } from "../../lib/format/mod.ts";
import { usePortion } from "./portion.tsx";
import { LongText, Text } from "./text.tsx";

/** Entries shown before the rest is folded; a run of library frames is one entry. */
const entriesMax = 8;

/** Library frames that an unfolded run shows at first. */
const libraryFramesMax = 20;

/** Longest source line that is shown whole, in UTF-16 units: about three lines of a drawer. */
const codeLengthMax = 180;

/** One frame, or a run of library frames. */
export type StackEntry = { frame: StackFrame; index: number } | {
  library: StackFrame[];
  index: number;
};

/** Frames, the innermost first, with each run of library frames put together; never the first. */
export function stackEntries(frames: readonly StackFrame[]): StackEntry[] {
  const entries: StackEntry[] = [];
  frames.forEach((frame, index) => {
    const last = entries.at(-1);
    if (index === 0 || !isLibraryFile(frame.file)) entries.push({ frame, index });
    else if (last && "library" in last) last.library.push(frame);
    else entries.push({ library: [frame], index });
  });
  return entries;
}

/**
 * A stack as recorded, outermost first; shown the other way round, the throwing frame on top. Of
 * more frames than `first`, as many as there is room for.
 */
export function Stack(
  { frames, first = entriesMax }: { frames: readonly StackFrame[]; first?: number },
): VNode {
  const entries = stackEntries([...frames].reverse());
  const { shown, more } = usePortion(entries.length, first, "frames", 11);
  if (frames.length === 0) return <p class="muted">No stack was recorded.</p>;
  return (
    <div class="stack">
      <ol>
        {entries.slice(0, shown).map((entry) =>
          "library" in entry
            ? <LibraryFrames key={entry.index} frames={entry.library} />
            : <Frame key={entry.index} frame={entry.frame} thrown={entry.index === 0} />
        )}
      </ol>
      {more}
    </div>
  );
}

function LibraryFrames({ frames }: { frames: readonly StackFrame[] }): VNode {
  const [open, setOpen] = useState(false);
  const word = frames.length === 1 ? "library frame" : "library frames";
  return (
    <>
      <li class="frame frame-folded">
        <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? `Hide ${frames.length} ${word}` : `${frames.length} ${word}`}
        </button>
      </li>
      {open && <LibraryLines frames={frames} />}
    </>
  );
}

function LibraryLines({ frames }: { frames: readonly StackFrame[] }): VNode {
  const { shown, more } = usePortion(frames.length, libraryFramesMax, "frames");
  return (
    <>
      {frames.slice(0, shown).map((frame, i) => <Frame key={i} frame={frame} library />)}
      {more && <li class="frame">{more}</li>}
    </>
  );
}

function Frame(
  { frame, thrown, library }: { frame: StackFrame; thrown?: boolean; library?: boolean },
): VNode {
  const place = `${frame.file}:${frame.line}${frame.column ? `:${frame.column}` : ""}`;
  return (
    <li class={`frame${thrown ? " frame-thrown" : ""}${library ? " frame-library" : ""}`}>
      <div class="frame-place">
        <Text class="mono frame-function" value={frame.function || "(anonymous)"} />
        <Text class="mono muted frame-file" value={place} />
        {thrown && <span class="badge tone-error">thrown here</span>}
      </div>
      {frame.code && <SourceLine line={frame.line} code={frame.code.trim()} />}
    </li>
  );
}

/** The frame's source line; one of a minified file may be longer than a book. */
function SourceLine({ line, code }: { line: number; code: string }): VNode {
  const [open, setOpen] = useState(false);
  const long = code.length > codeLengthMax;
  return (
    <div class="frame-code mono">
      <span class="frame-line">{line}</span>
      <div>
        {open ? <LongText value={code} /> : <Text value={code} max={codeLengthMax} />}
        {long && (
          <button
            type="button"
            class="fold"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? "show less" : `show all ${humanCount(code.length)} characters`}
          </button>
        )}
      </div>
    </div>
  );
}
