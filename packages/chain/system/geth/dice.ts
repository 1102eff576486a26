import type { Hex } from 'viem'

/** Random numbers from a seed: the same ones each time. */
export type Dice = {
  /** Returns a whole number from 0 to `sides` − 1. */
  readonly roll: (sides: number) => number
  readonly pick: <Item>(items: readonly [Item, ...Item[]]) => Item
  readonly bytes: (length: number) => Hex
}

/** Returns dice for a seed. Source of the generator: mulberry32. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const roll = (sides: number): number => Math.floor(next() * sides)
  return {
    roll,
    pick: (items) => items[roll(items.length)] ?? items[0],
    bytes: (length) =>
      `0x${Array.from({ length }, () => roll(256).toString(16).padStart(2, '0')).join('')}`,
  }
}
