/** What one witness, whose file is in the set, recorded of a device. Bit `m % 32` of word `m ÷ 32` is minute `m`. */
export type MinuteRecord = {
  /** Minutes in which the witness saw the device; counts only where the witness was up. */
  readonly seen: Uint32Array
  /** Minutes in which the witness itself was up. */
  readonly up: Uint32Array
}

/** Returns the seconds for which a device counts as up: 60 for each minute that {@link countedMinutes} holds. */
export function uptimeSeconds(records: readonly MinuteRecord[], minutes: number): number {
  return 60 * countedMinutes(records, minutes).reduce((sum, word) => sum + bitCount(word), 0)
}

/**
 * Returns the minutes that count for a device, as a bitmap: those in which more than half of its witnesses in the set
 * that were up then saw it. A minute in which none was up does not count.
 */
export function countedMinutes(records: readonly MinuteRecord[], minutes: number): Uint32Array {
  const words = Math.ceil(minutes / 32)
  const counted = new Uint32Array(words)
  for (let word = 0; word < words; word += 1) {
    const valid = word === words - 1 && minutes % 32 !== 0 ? 2 ** (minutes % 32) - 1 : 0xffffffff
    counted[word] = mostSaw(records, word) & valid
  }
  return counted
}

/** Returns the lower middle of the seconds that the witnesses in the set saw a lease run; one without an entry counts as 0. */
export function leaseSeconds(entries: readonly (number | undefined)[]): number {
  const sorted = entries.map((seconds) => seconds ?? 0).toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}

/** Thirty-two minutes at once: bits where more witnesses saw the device than were up without seeing it. */
function mostSaw(records: readonly MinuteRecord[], word: number): number {
  const saw: number[] = []
  const missed: number[] = []
  for (const record of records) {
    const up = record.up[word] ?? 0
    const seen = (record.seen[word] ?? 0) & up
    countUp(saw, seen)
    countUp(missed, up & ~seen)
  }
  return greater(saw, missed)
}

/** Adds 1 where a bit is set to 32 counters that lie side by side: `planes[k]` holds the bits worth 2ᵏ of each. */
function countUp(planes: number[], bits: number): void {
  let carry = bits
  for (let plane = 0; carry !== 0; plane += 1) {
    const sum = planes[plane] ?? 0
    planes[plane] = sum ^ carry
    carry &= sum
  }
}

/** Bits where the first counter is greater than the second. */
function greater(first: readonly number[], second: readonly number[]): number {
  let more = 0
  let equal = -1
  for (let plane = Math.max(first.length, second.length) - 1; plane >= 0; plane -= 1) {
    const [a, b] = [first[plane] ?? 0, second[plane] ?? 0]
    more |= equal & a & ~b
    equal &= ~(a ^ b)
  }
  return more
}

function bitCount(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1
  return count
}
