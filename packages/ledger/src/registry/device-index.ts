import { createGate, parseDeviceId, type Clock, type DeviceId } from '@nexqloud/kernel'
import { parseEventLogs, type Hex, type Log } from 'viem'

import { devices, digitalKeys } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { readDevice, type DeviceReader, type DeviceRecord } from './device.ts'
import { readLogPages } from './log-pages.ts'

/** What is asked of a ledger here, whoever's it is. */
export type DeviceIndexReader = DeviceReader & {
  readonly client: Pick<Ledger<undefined>['client'], 'getBlockNumber' | 'getLogs'>
}

/** How young an answer has to be. */
export type DeviceIndexOptions = {
  readonly clock: Pick<Clock, 'steadyMs'>
  /** A device that is known is not looked for again for so long: milliseconds. */
  readonly freshMs: number
}

/** Finds devices by their TLS keys, also those that the contract does not: they were not measured yet. */
export type DeviceIndex = {
  /**
   * Returns the device that was measured with a TLS key, else the last one that was registered with it and is not
   * retired. Anybody may register anybody's hash: only one that was measured has proved that the key is its own.
   */
  readonly find: (tlsKeyHash: Hex) => Promise<DeviceRecord | undefined>
}

/** Any time is too long ago. */
const never: DeviceIndexOptions = { clock: { steadyMs: () => 0 }, freshMs: 0 }

/**
 * Returns an index that reads what is written of devices once, from the first block on, and a device itself only where something was written of
 * it since: a thousand of them that nothing happens to cost one question for all.
 */
export function createDeviceIndex(
  reader: DeviceIndexReader,
  { clock, freshMs }: DeviceIndexOptions = never,
): DeviceIndex {
  const book = new DeviceBook(reader)
  let reading: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined
  let readMs = -Infinity
  const readOn = async (): Promise<void> => {
    const beganMs = clock.steadyMs()
    await book.readOn()
    readMs = beganMs
  }
  const begin = (): Promise<void> => {
    next = undefined
    reading = readOn()
    return reading
  }
  /** Resolves once it is known what is so now; whoever asks before that begins is answered together. */
  const readAnew = (): Promise<void> => {
    next ??= reading.then(begin, begin)
    return next
  }
  return {
    find: async (hash) => {
      if (readMs > clock.steadyMs() - freshMs) {
        const known = await book.find(hash)
        if (known !== undefined) return known
      }
      await readAnew()
      return book.find(hash)
    },
  }
}

/** The only one of a TLS key that may have these. */
const proven: ReadonlySet<DeviceRecord['status']> = new Set(['measured', 'active', 'suspended'])

/** A node refuses who asks for too much at once. */
const READS_AT_ONCE = 8

/** What was read of all devices. */
class DeviceBook {
  readonly #pass = createGate(READS_AT_ONCE)
  readonly #reader: DeviceIndexReader
  readonly #idsByHash = new Map<Hex, DeviceId[]>()
  readonly #idByKey = new Map<bigint, DeviceId>()
  /** As they were when something was written of them last. */
  readonly #records = new Map<DeviceId, Promise<DeviceRecord | undefined>>()
  #nextBlock = 0n

  constructor(reader: DeviceIndexReader) {
    this.#reader = reader
  }

  /** Takes in what was written since the last time. */
  async readOn(): Promise<void> {
    const { client } = this.#reader
    const head = await client.getBlockNumber({ cacheTime: 0 })
    const address = [devices.address, digitalKeys.address]
    const wanted = { address, fromBlock: this.#nextBlock, toBlock: head }
    for await (const { logs, toBlock } of readLogPages(this.#reader, wanted)) {
      this.#takeRegistrations(logs)
      this.#takeChanges(logs)
      this.#nextBlock = toBlock + 1n
    }
  }

  async find(tlsKeyHash: Hex): Promise<DeviceRecord | undefined> {
    const ids = this.#idsByHash.get(lowerCase(tlsKeyHash)) ?? []
    const records = await Promise.all(ids.toReversed().map((id) => this.#read(id)))
    const known = records.filter((record) => record !== undefined)
    return (
      known.find(({ status }) => proven.has(status)) ??
      known.find(({ status }) => status !== 'retired')
    )
  }

  #takeRegistrations(logs: Log[]): void {
    const { abi } = devices
    for (const { args } of parseEventLogs({ abi, eventName: 'DeviceRegistered', logs })) {
      const [id, hash] = [parseDeviceId(args.device), lowerCase(args.tlsKeyHash)]
      this.#idsByHash.set(hash, [...(this.#idsByHash.get(hash) ?? []), id])
      this.#idByKey.set(args.key, id)
    }
  }

  #takeChanges(logs: Log[]): void {
    for (const { args } of parseEventLogs({ abi: devices.abi, logs })) {
      if ('device' in args) this.#records.delete(parseDeviceId(args.device))
    }
    // A device goes with its key, and not every one is told to.
    const { abi } = digitalKeys
    for (const { args } of parseEventLogs({ abi, eventName: 'Transfer', logs })) {
      const id = this.#idByKey.get(args.tokenId)
      if (id !== undefined) this.#records.delete(id)
    }
  }

  #read(id: DeviceId): Promise<DeviceRecord | undefined> {
    const known = this.#records.get(id)
    if (known !== undefined) return known
    const reading = this.#pass(() => readDevice(this.#reader, id))
    this.#records.set(id, reading)
    reading.catch(() => {
      if (this.#records.get(id) === reading) this.#records.delete(id)
    })
    return reading
  }
}

function lowerCase(hash: Hex): Hex {
  return hash.toLowerCase() as Hex
}
