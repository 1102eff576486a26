import { parseDeviceId, parseInstanceKey } from '@nexqloud/kernel'

import type { WitnessedRun } from './minute.ts'

/** Bytes of an instance's key, and of a run with it. */
const KEY_BYTES = 32
export const RUN_BYTES = 4 + 4 + KEY_BYTES

/**
 * Runs as they lie in a file: of each its device (4), its seconds (4) and the instance's key (32). They are made anew each time they are gone through,
 * as objects of them take four times the memory.
 */
export class PackedRuns implements Iterable<WitnessedRun> {
  readonly #bytes: Buffer

  /** Keeps the bytes, which are not to change. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get length(): number {
    return this.#bytes.length / RUN_BYTES
  }

  /**
   * @yields each run, as they lie.
   * @throws RangeError at a run whose device is none.
   */
  *[Symbol.iterator](): Generator<WitnessedRun, void> {
    for (let at = 0; at < this.#bytes.length; at += RUN_BYTES) {
      yield {
        instance: parseInstanceKey(`0x${this.#bytes.toString('hex', at + 8, at + RUN_BYTES)}`),
        device: parseDeviceId(this.#bytes.readUInt32LE(at)),
        seconds: this.#bytes.readUInt32LE(at + 4),
      }
    }
  }
}

/** Writes runs where they begin in a file. */
export function packRuns(runs: Iterable<WitnessedRun>, bytes: Buffer, start: number): void {
  let at = start
  for (const { device, seconds, instance } of runs) {
    bytes.writeUInt32LE(device, at)
    bytes.writeUInt32LE(seconds, at + 4)
    at += 8 + bytes.write(instance.slice(2), at + 8, KEY_BYTES, 'hex')
  }
}
