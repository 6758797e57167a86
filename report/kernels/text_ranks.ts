/**
 * Ranking texts by their bytes without a comparator: a radix sort on four bytes at a time, most
 * significant first, that goes on only among texts whose bytes so far are the same.
 *
 * @module
 */

/** Texts in one run of bytes. Each ends at a byte 0xFF, which UTF-8 never has. */
export interface TextBlock {
  readonly text: Uint8Array;
  /** First byte of each text; one more entry, the run's size, at the end. */
  readonly starts: Uint32Array;
}

/** Up to so many texts are compared one by one: the radix's counters would cost more. */
const comparedMax = 16;

/** From so many texts on, digits have 16 bits instead of 8. */
const wideDigitsMin = 8192;

/** The byte that ends a text. */
const separator = 0xff;

/**
 * The rank of each text among all, from 0; equal texts have the same. Texts are numbered through
 * the blocks in order.
 */
export function rankTexts(blocks: readonly TextBlock[]): Uint32Array<ArrayBuffer> {
  const sort = new TextSort(blocks);
  sort.run();
  return sort.ranks();
}

class TextSort {
  readonly #texts: readonly Uint8Array[];
  /** By text: its block, and its first byte there. */
  readonly #block: Uint32Array;
  readonly #start: Uint32Array;
  /** Text numbers, sorted more and more. */
  readonly #order: Uint32Array;
  /** By place in the order: 1 where the text differs from the one before. */
  readonly #differs: Uint8Array;
  /** By place: the four bytes of the group at hand. */
  readonly #keys: Uint32Array;
  readonly #spareOrder: Uint32Array;
  readonly #spareKeys: Uint32Array;
  readonly #narrow = new Uint32Array(0x100);
  readonly #wide = new Uint32Array(0x10000);
  /** Groups still to be sorted: first place, end, bytes known to be the same. */
  readonly #groups: number[] = [];

  constructor(blocks: readonly TextBlock[]) {
    const count = blocks.reduce((sum, { starts }) => sum + starts.length - 1, 0);
    this.#texts = blocks.map(({ text }) => text);
    this.#block = new Uint32Array(count);
    this.#start = new Uint32Array(count);
    this.#order = new Uint32Array(count);
    this.#differs = new Uint8Array(count);
    this.#keys = new Uint32Array(count);
    this.#spareOrder = new Uint32Array(count);
    this.#spareKeys = new Uint32Array(count);
    let at = 0;
    blocks.forEach(({ starts }, block) => {
      for (let i = 0; i + 1 < starts.length; i++, at++) {
        this.#block[at] = block;
        this.#start[at] = starts[i]!;
        this.#order[at] = at;
      }
    });
  }

  run(): void {
    const groups = this.#groups;
    groups.push(0, this.#order.length, 0);
    while (groups.length > 0) {
      const depth = groups.pop()!;
      const end = groups.pop()!;
      const first = groups.pop()!;
      if (end - first <= comparedMax) this.#sortFew(first, end, depth);
      else this.#sortGroup(first, end, depth);
    }
  }

  ranks(): Uint32Array<ArrayBuffer> {
    const ranks = new Uint32Array(this.#order.length);
    let rank = 0;
    for (let at = 0; at < ranks.length; at++) {
      rank += this.#differs[at]!;
      ranks[this.#order[at]!] = rank;
    }
    return ranks;
  }

  /** Sorts by the next four bytes that are not all the same, and leaves equal ones as new groups. */
  #sortGroup(first: number, end: number, depth: number): void {
    let at = depth;
    while (this.#readKeys(first, end, at)) {
      if (endsIn(this.#keys[first]!)) return;
      at += 4;
    }
    const wide = end - first >= wideDigitsMin;
    for (let shift = 0; shift < 32; shift += wide ? 16 : 8) {
      this.#sortDigit(first, end, shift, wide ? this.#wide : this.#narrow);
    }
    const keys = this.#keys;
    for (let from = first; from < end;) {
      const key = keys[from]!;
      let to = from + 1;
      while (to < end && keys[to] === key) to++;
      if (from > first) this.#differs[from] = 1;
      if (to - from > 1 && !endsIn(key)) this.#groups.push(from, to, at + 4);
      from = to;
    }
  }

  /** Reads each text's next four bytes. Returns whether they are the same in all. */
  #readKeys(first: number, end: number, depth: number): boolean {
    const order = this.#order;
    const keys = this.#keys;
    let same = true;
    for (let at = first; at < end; at++) {
      const text = order[at]!;
      const key = keyAt(this.#texts[this.#block[text]!]!, this.#start[text]! + depth);
      keys[at] = key;
      if (key !== keys[first]) same = false;
    }
    return same;
  }

  /** One stable pass over a digit; none where all have the same. */
  #sortDigit(first: number, end: number, shift: number, counts: Uint32Array): void {
    const keys = this.#keys;
    const order = this.#order;
    const mask = counts.length - 1;
    counts.fill(0);
    for (let at = first; at < end; at++) counts[keys[at]! >>> shift & mask]!++;
    if (counts[keys[first]! >>> shift & mask] === end - first) return;
    let sum = first;
    for (let digit = 0; digit < counts.length; digit++) {
      const count = counts[digit]!;
      counts[digit] = sum;
      sum += count;
    }
    const spareKeys = this.#spareKeys;
    const spareOrder = this.#spareOrder;
    for (let at = first; at < end; at++) {
      const to = counts[keys[at]! >>> shift & mask]!++;
      spareKeys[to] = keys[at]!;
      spareOrder[to] = order[at]!;
    }
    keys.set(spareKeys.subarray(first, end), first);
    order.set(spareOrder.subarray(first, end), first);
  }

  /** Sorts a few texts by insertion. */
  #sortFew(first: number, end: number, depth: number): void {
    const order = this.#order;
    for (let at = first + 1; at < end; at++) {
      const text = order[at]!;
      let to = at;
      while (to > first && this.#compare(order[to - 1]!, text, depth) > 0) {
        order[to] = order[to - 1]!;
        to--;
      }
      order[to] = text;
    }
    for (let at = first + 1; at < end; at++) {
      if (this.#compare(order[at - 1]!, order[at]!, depth) !== 0) this.#differs[at] = 1;
    }
  }

  #compare(a: number, b: number, depth: number): number {
    const textA = this.#texts[this.#block[a]!]!;
    const textB = this.#texts[this.#block[b]!]!;
    let atA = this.#start[a]! + depth;
    let atB = this.#start[b]! + depth;
    for (;;) {
      const keyA = keyAt(textA, atA);
      const keyB = keyAt(textB, atB);
      if (keyA !== keyB) return keyA - keyB;
      if (endsIn(keyA)) return 0;
      atA += 4;
      atB += 4;
    }
  }
}

/** The next four bytes as a number in whose order they are: each one more, 0 from the end on. */
function keyAt(text: Uint8Array, at: number): number {
  const a = byteAt(text, at);
  const b = a === 0 ? 0 : byteAt(text, at + 1);
  const c = b === 0 ? 0 : byteAt(text, at + 2);
  const d = c === 0 ? 0 : byteAt(text, at + 3);
  return (a << 24 | b << 16 | c << 8 | d) >>> 0;
}

/** Whether a text ends within these four bytes. */
function endsIn(key: number): boolean {
  return (key & 0xff) === 0;
}

function byteAt(text: Uint8Array, at: number): number {
  return at < text.length && text[at] !== separator ? text[at]! + 1 : 0;
}
