/** Choices that a seed decides, the same ones each time. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** Whether something happens that does so this often, from 0 to 1. */
  chance(often: number): boolean;
  /** One of them. */
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** Bytes of any value. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** Makes the choices of a seed: mulberry32, which is enough for tests. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    chance: (often) => next() < often,
    pick: (items) => items[below(items.length)] ?? items[0],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
