/**
 * What colour sequences (SGR) say, and colours that can be read in both themes.
 *
 * @module
 */

/** How a run of text looks. Colours are 24-bit numbers; null for the page's own. */
export interface AnsiStyle {
  text: number | null;
  back: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  inverse: boolean;
}

/** The page's own look. */
export const noStyle: AnsiStyle = {
  text: null,
  back: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

/** The 16 named colours, as terminals draw them. */
const named: readonly number[] = [
  0x000000,
  0xcd3131,
  0x0a8a4c,
  0xa07a00,
  0x2472c8,
  0xb135b1,
  0x0a8fb0,
  0xbfbfbf,
  0x666666,
  0xf14c4c,
  0x23b36b,
  0xd0b000,
  0x3b8eea,
  0xd670d6,
  0x29b8db,
  0xe5e5e5,
];

/** One of the 256 numbered colours; null for a number that is none. */
function numbered(number: number | undefined): number | null {
  if (number === undefined || !(number >= 0 && number <= 255)) return null;
  if (number < 16) return named[number]!;
  if (number >= 232) return (8 + 10 * (number - 232)) * 0x010101;
  const level = (step: number) => step === 0 ? 0 : 55 + 40 * step;
  const cube = number - 16;
  return level(Math.floor(cube / 36)) << 16 | level(Math.floor(cube / 6) % 6) << 8 |
    level(cube % 6);
}

function mixed(red = 0, green = 0, blue = 0): number {
  const byte = (value: number) => Math.min(255, Math.max(0, value | 0));
  return byte(red) << 16 | byte(green) << 8 | byte(blue);
}

/** What single codes switch on or off. */
const switches: Record<number, Partial<AnsiStyle>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  29: { strike: false },
  39: { text: null },
  49: { back: null },
};

/**
 * The look after a colour sequence.
 *
 * @param codes What stands between `ESC [` and `m`, such as `1;38;5;208`.
 */
export function styleAfter(style: AnsiStyle, codes: string): AnsiStyle {
  let next = style;
  const list = codes.split(";");
  for (let i = 0; i < list.length; i++) {
    const parts = list[i]!.split(":").map(Number);
    const code = parts[0]!;
    if (code === 38 || code === 48) {
      // `38;5;n` and `38;2;r;g;b`, or the same with colons, where a colour space may stand too.
      const given = parts.length > 1
        ? parts[1] === 2 ? [2, ...parts.slice(-3)] : parts.slice(1)
        : list.slice(i + 1, i + 5).map(Number);
      if (parts.length === 1) i += given[0] === 5 ? 2 : given[0] === 2 ? 4 : 1;
      const colour = given[0] === 5
        ? numbered(given[1])
        : given[0] === 2
        ? mixed(...given.slice(1))
        : null;
      next = { ...next, [code === 38 ? "text" : "back"]: colour };
    } else if (code === 0) next = noStyle;
    else if (code === 4 && parts[1] === 0) next = { ...next, underline: false };
    else if (code >= 30 && code <= 37) next = { ...next, text: named[code - 30]! };
    else if (code >= 40 && code <= 47) next = { ...next, back: named[code - 40]! };
    else if (code >= 90 && code <= 97) next = { ...next, text: named[code - 82]! };
    else if (code >= 100 && code <= 107) next = { ...next, back: named[code - 92]! };
    else if (switches[code]) next = { ...next, ...switches[code] };
  }
  return next;
}

/** Luminances, 0 to 1, between which text and backgrounds keep a contrast of 4.5 in each theme. */
const ranges = {
  light: { text: [0, 0.13], back: [0.77, 1] },
  dark: { text: [0.34, 1], back: [0, 0.035] },
} as const;

/** The colour as CSS, made darker or lighter until it can be read in the theme. */
export function readable(
  colour: number,
  theme: keyof typeof ranges,
  part: "text" | "back",
): string {
  const [low, high] = ranges[theme][part];
  const bright = luminance(colour);
  const target = Math.min(high, Math.max(low, bright));
  const towards = target > bright ? 255 : 0;
  const channels = [colour >> 16 & 255, colour >> 8 & 255, colour & 255];
  const blended = (share: number) =>
    channels.map((value) => value + (towards - value) * share) as [number, number, number];
  let from = 0;
  let to = 1;
  // Halving: after twelve steps the rest is less than a colour's step.
  for (let step = 0; step < 12 && bright !== target; step++) {
    const middle = (from + to) / 2;
    const isPast = luminance(mixed(...blended(middle))) > target === (towards === 255);
    if (isPast) to = middle;
    else from = middle;
  }
  const css = mixed(...blended(bright === target ? 0 : to)).toString(16).padStart(6, "0");
  return `#${css}`;
}

/** Relative luminance as WCAG defines it. */
export function luminance(colour: number): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(colour >> 16 & 255) + 0.7152 * linear(colour >> 8 & 255) +
    0.0722 * linear(colour & 255);
}
