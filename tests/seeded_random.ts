/** Choices that a seed decides, the same ones each time. */
export type Random = ReturnType<typeof seededRandom>;

/** Makes the choices of a seed: mulberry32, which is enough for tests. */
export function seededRandom(seed: number) {
  let state = seed >>> 0;

  /** A number from 0 to below 1. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to below `end`. */
  const below = (end: number) => Math.floor(next() * end);
  return {
    next,
    below,
    /** Whether something happens that does so this often, from 0 to 1. */
    chance: (often: number) => next() < often,
    pick: <Item>(items: readonly [Item, ...Item[]]): Item => items[below(items.length)] ?? items[0],
    bytes: (length: number) => Uint8Array.from({ length }, () => below(256)),
  };
}
