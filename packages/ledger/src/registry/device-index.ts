import { parseDeviceId, type DeviceId } from '@nexqloud/kernel'
import { parseEventLogs, type Hex } from 'viem'

import { devices } from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import {
  explained,
  readDevice,
  readDeviceOfTlsKey,
  type DeviceReader,
  type DeviceRecord,
} from './device.ts'

/** What is asked of a ledger here, whoever's it is. */
export type DeviceIndexReader = DeviceReader & {
  readonly client: Pick<Ledger<undefined>['client'], 'getBlockNumber' | 'getLogs'>
}

/** Finds devices by their TLS keys, also those that the contract does not: they were not measured yet. */
export type DeviceIndex = {
  /**
   * Returns the device that was measured with a TLS key, else the last one that was registered with it and is not
   * retired. Anybody may register anybody's hash: only an `active` or `measured` device has proved that the key is its own.
   */
  readonly find: (tlsKeyHash: Hex) => Promise<DeviceRecord | undefined>
}

/** Returns an index that reads each registration once, from the first block on. */
export function createDeviceIndex(reader: DeviceIndexReader): DeviceIndex {
  const idsByHash = new Map<Hex, DeviceId[]>()
  let nextBlock = 0n
  let reading: Promise<void> = Promise.resolve()

  const readOn = async (): Promise<void> => {
    const head = await reader.client.getBlockNumber({ cacheTime: 0 })
    if (head < nextBlock) return
    for (const { id, tlsKeyHash } of await readRegistrations(reader, nextBlock, head)) {
      idsByHash.set(tlsKeyHash, [...(idsByHash.get(tlsKeyHash) ?? []), id])
    }
    nextBlock = head + 1n
  }

  return {
    find: async (hash) => {
      const measured = await readDeviceOfTlsKey(reader, hash)
      if (measured !== undefined) return measured
      reading = reading.then(readOn, readOn)
      await reading
      for (const id of idsByHash.get(lowerCase(hash))?.toReversed() ?? []) {
        const record = await readDevice(reader, id)
        if (record !== undefined && record.status !== 'retired') return record
      }
      return undefined
    },
  }
}

type SeenRegistration = { readonly id: DeviceId; readonly tlsKeyHash: Hex }

async function readRegistrations(
  { client }: DeviceIndexReader,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<readonly SeenRegistration[]> {
  const { address, abi } = devices
  const logs = await explained(client.getLogs({ address, fromBlock, toBlock }))
  return parseEventLogs({ abi, eventName: 'DeviceRegistered', logs }).map(({ args }) => ({
    id: parseDeviceId(args.device),
    tlsKeyHash: lowerCase(args.tlsKeyHash),
  }))
}

function lowerCase(hash: Hex): Hex {
  return hash.toLowerCase() as Hex
}
