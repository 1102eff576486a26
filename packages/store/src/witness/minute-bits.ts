import { InvalidWitnessFileError } from './errors.ts'

/** Words lie in memory as in a file: all machines that Node runs on here are little-endian. */
export function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

/**
 * Returns the minutes whose bits were read, in `words`, which were all 0.
 *
 * @throws {@link InvalidWitnessFileError} where one of them is none.
 */
export function decodeBits(bytes: Buffer, words: Uint32Array, minutes: number): Uint32Array {
  bytesOf(words).set(bytes)
  const spare = minutes % 32
  if (spare !== 0 && (words.at(-1) ?? 0) >>> spare !== 0) {
    throw new InvalidWitnessFileError('it has bits of minutes that are none')
  }
  return words
}

/** Whether a minute is among these. */
export function hasBit(words: Uint32Array, minute: number): boolean {
  return ((words[minute >>> 5] ?? 0) & (1 << (minute & 31))) !== 0
}

/** Adds a minute to these. */
export function setBit(words: Uint32Array, minute: number): void {
  words[minute >>> 5] = (words[minute >>> 5] ?? 0) | (1 << (minute & 31))
}

/** Returns how many minutes these are. */
export function countBits(words: Uint32Array): number {
  let count = 0
  for (const word of words) count += bitCount(word)
  return count
}

/** Adds neighbours in pairs, nibbles and bytes (Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
