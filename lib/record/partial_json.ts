/**
 * The value that the beginning of a JSON text holds.
 *
 * @module
 */

/** Where a text could be cut and closed. */
interface Cut {
  at: number;
  /** The brackets that are open there, as they are closed. */
  open: string;
}

interface Level {
  isObject: boolean;
  /** Where the member `value` begins: what it is called may come behind it. */
  value?: Cut;
}

/**
 * What is whole of a JSON text that was cut, and the text it was cut in as far as it goes. In an
 * object that is still open, a member `value` is left out: its `name`, which may call it a secret,
 * may not have come.
 *
 * @returns `undefined` where the text does not begin as an object or a list.
 */
export function valueOfBeginning(text: string): unknown {
  const cut = lastCut(text);
  if (!cut) return undefined;
  try {
    return JSON.parse(text.slice(0, cut.at) + cut.open);
  } catch {
    return undefined;
  }
}

function lastCut(text: string): Cut | undefined {
  const levels: Level[] = [];
  let open = "";
  let cut: Cut | undefined;
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "{" || character === "[") {
      isKey = character === "{";
      levels.push({ isObject: isKey });
      open = (isKey ? "}" : "]") + open;
      cut = { at: at + 1, open };
    } else if (levels.length === 0) {
      if (!/\s/.test(character)) return undefined;
    } else if (character === "}" || character === "]") {
      levels.pop();
      open = open.slice(1);
      cut = { at: at + 1, open };
      if (levels.length === 0) return cut;
    } else if (character === ",") isKey = levels.at(-1)!.isObject;
    else if (character === '"') {
      const end = stringEnd(text, at);
      if (end === undefined) {
        if (!isKey) cut = { at: text.length, open: `"${open}` };
        return named(levels, isKey ? cut : wholeEscape(text, cut!));
      }
      if (isKey && text.slice(at + 1, end) === "value") levels.at(-1)!.value = cut!;
      if (!isKey) cut = { at: end + 1, open };
      isKey = false;
      at = end;
    } else if (/[\w+.-]/.test(character)) {
      while (/[\w+.-]/.test(text[at + 1] ?? "")) at++;
      // A number at the very end may go on.
      if (at + 1 < text.length) cut = { at: at + 1, open };
    }
  }
  return named(levels, cut);
}

/** The cut, or one before the first `value` in an object that is open. */
function named(levels: readonly Level[], cut: Cut | undefined): Cut | undefined {
  return levels.find((level) => level.value)?.value ?? cut;
}

/** Where the closing quote is; undefined where there is none. */
function stringEnd(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return undefined;
}

/** Not in the middle of an escape. */
function wholeEscape(text: string, cut: Cut): Cut {
  const backslashes = /\\*$/.exec(text.slice(-64))![0].length;
  const half = backslashes % 2 === 1 ? 1 : /(?<!\\)(?:\\\\)*(\\u[0-9a-fA-F]{0,3})$/.exec(
    text.slice(-64),
  )?.[1]?.length ?? 0;
  return { at: cut.at - half, open: cut.open };
}
