import { createGate, parseAddress, parseDeviceId, type DeviceId } from '@nexqloud/kernel'
import type { SettledDevice } from '@nexqloud/rules'
import { parseEventLogs } from 'viem'

import { devices as contract } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { explained } from '../registry/device.ts'
import { readLogPages, type LogReader } from '../registry/log-pages.ts'
import type { PeriodBlocks } from './period-blocks.ts'

/** What is asked of a ledger here. */
export type ActiveDevicesReader = LogReader & {
  readonly devices: Pick<Ledger<undefined>['devices'], 'read'>
}

/** Devices in one question: each takes some thousand gas of the node's 50 million. */
const IDS_AT_ONCE = 1000
/** A node refuses who asks for too much at once. */
const READS_AT_ONCE = 8

/** The devices that were active when a period began. Scores are read once, and anew where something was written of a device since. */
export class ActiveDevices {
  readonly #reader: ActiveDevicesReader
  readonly #pass = createGate(READS_AT_ONCE)
  readonly #scores = new Map<DeviceId, readonly number[]>()
  /** What is remembered is as it was in this block. */
  #block = 0n

  constructor(reader: ActiveDevicesReader) {
    this.#reader = reader
  }

  /** Returns them rising by id, with who owned them then. */
  async read({ start, end, startTime }: PeriodBlocks): Promise<readonly SettledDevice[]> {
    await this.#moveTo(start.number)
    const { read } = this.#reader.devices
    const count = Number(await explained(read.deviceCount({ blockNumber: start.number })))
    const found: SettledDevice[] = []
    for (let first = 1; first <= count; first += IDS_AT_ONCE) {
      const all = Array.from({ length: Math.min(IDS_AT_ONCE, count + 1 - first) }, (_, at) =>
        parseDeviceId(first + at),
      )
      const areActive = await explained(read.areActive([all], { blockNumber: start.number }))
      const active = all.filter((_, at) => areActive[at])
      // Who owned what when is remembered: a later sale changes nothing.
      const owners = await explained(
        read.ownersAt([active, BigInt(startTime)], { blockNumber: end.number }),
      )
      const scores = await Promise.all(active.map((device) => this.#scoresOf(device)))
      active.forEach((device, at) =>
        found.push({ device, account: parseAddress(owners[at]!), scores: scores[at]! }),
      )
    }
    return found
  }

  async #moveTo(block: bigint): Promise<void> {
    if (block < this.#block) this.#scores.clear()
    else if (this.#scores.size > 0) await this.#forgetChanged(this.#block + 1n, block)
    this.#block = block
  }

  async #forgetChanged(fromBlock: bigint, toBlock: bigint): Promise<void> {
    const { address, abi } = contract
    for await (const { logs } of readLogPages(this.#reader, { address, fromBlock, toBlock })) {
      for (const { args } of parseEventLogs({ abi, logs })) {
        if ('device' in args) this.#scores.delete(parseDeviceId(args.device))
      }
    }
  }

  async #scoresOf(device: DeviceId): Promise<readonly number[]> {
    const known = this.#scores.get(device)
    if (known !== undefined) return known
    const { read } = this.#reader.devices
    const question = (): ReturnType<typeof read.device> =>
      read.device([device], { blockNumber: this.#block })
    const { accepted } = await this.#pass(() => explained(question()))
    const { cpu, memoryScore, storageScore, gpu, isp } = accepted
    const scores = [cpu, memoryScore, storageScore, gpu, isp]
    this.#scores.set(device, scores)
    return scores
  }
}
