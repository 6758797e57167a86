/**
 * Call stacks inside of a text, as JavaScript and Python print them: which lines are frames of
 * libraries, so that they can be folded.
 *
 * @module
 */

import { isLibraryFile } from "../../lib/analyse/library_file.ts";

/** A part of a text; with `frames`, lines of that many library frames. */
export interface TextPart {
  from: number;
  to: number;
  frames: number;
}

/** Most folds in one text; what comes later is shown as it is. */
export const foldsMax = 200;

/** Longest line that is looked at, in UTF-16 units. */
const lineLengthMax = 1000;

/** One frame: one line in JavaScript, up to three in Python. */
interface FrameLines {
  from: number;
  to: number;
  library: boolean;
}

/** Whether a text may hold a call stack; quick to say no. */
export function mayHoldStack(text: string): boolean {
  return /\n[ \t]*(?:at |File ")/.test(text);
}

/** Cuts a text into what is shown and runs of two library frames or more, which are folded. */
export function textParts(text: string): TextPart[] {
  const whole = { from: 0, to: text.length, frames: 0 };
  if (!mayHoldStack(text)) return [whole];
  const parts: TextPart[] = [];
  let shown = 0;
  for (const stack of stacksOf(text)) {
    for (let i = 0; i < stack.length;) {
      let end = i;
      while (end < stack.length && stack[end]!.library) end++;
      if (end - i > 1 && parts.length < 2 * foldsMax) {
        const { from } = stack[i]!;
        if (from > shown) parts.push({ from: shown, to: from, frames: 0 });
        shown = stack[end - 1]!.to;
        parts.push({ from, to: shown, frames: end - i });
      }
      i = Math.max(end, i + 1);
    }
  }
  if (shown < text.length) parts.push({ ...whole, from: shown });
  return parts;
}

/** Every run of frames. The frame that threw is never one of a library's: it must stay in sight. */
function stacksOf(text: string): FrameLines[][] {
  const stacks: FrameLines[][] = [];
  let stack: FrameLines[] = [];
  let isPython = false;
  const end = () => {
    const thrown = isPython ? stack.at(-1) : stack[0];
    if (thrown) thrown.library = false;
    if (stack.length > 1) stacks.push(stack);
    stack = [];
  };
  for (let from = 0; from < text.length;) {
    const newline = text.indexOf("\n", from);
    const to = newline < 0 ? text.length : newline + 1;
    const line = text.slice(from, Math.min(to, from + lineLengthMax));
    const script = /^\s*at (.*?)\s*$/.exec(line);
    const python = script ? null : /^\s*File "([^"]*)", line \d+/.exec(line);
    if (script || python) {
      if (isPython !== (python !== null)) end();
      isPython = python !== null;
      const file = python ? python[1]! : fileOfFrame(script![1]!);
      stack.push({ from, to, library: file === "" || isLibraryFile(file) });
    } else if (isPython && stack.length > 0 && /^ {4}/.test(line)) {
      // The source line of the frame above, and the marks below it.
      stack.at(-1)!.to = to;
    } else end();
    from = to;
  }
  end();
  return stacks;
}

/** The file of `fn (file:1:2)` or `file:1:2`; empty for `<anonymous>` and `native`. */
function fileOfFrame(frame: string): string {
  const open = frame.lastIndexOf("(");
  const place = open >= 0 && frame.endsWith(")") ? frame.slice(open + 1, -1) : frame;
  const file = place.replace(/^async /, "").replace(/(?::\d+){1,2}$/, "");
  return file === "<anonymous>" || file === "native" ? "" : file;
}
