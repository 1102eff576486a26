import { createDeviceIndex, type DeviceIndexReader, type DeviceRecord } from '@nexqloud/ledger'
import type { DeviceRegistry, RegisteredDevice } from '@nexqloud/masternode'

/** Why a device that is let in gets no pods yet; nothing where it may have some. */
const idle: Readonly<Record<DeviceRecord['status'], string | undefined>> = {
  registered: 'It was not measured yet.',
  measured: 'Its owner has not accepted its scores yet.',
  active: undefined,
  suspended: 'It has changed hands, and its owner has not accepted its scores yet.',
  retired: 'It has left the network.',
}

/** Returns the registry of the chain's devices. One that is retired is not in it. */
export function createChainRegistry(reader: DeviceIndexReader): DeviceRegistry {
  const index = createDeviceIndex(reader)
  return {
    find: async (keyHash) => {
      const record = await index.find(keyHash)
      return record === undefined || record.status === 'retired' ? undefined : describe(record)
    },
  }
}

/** What nobody knows yet (network, place, price, risk) is left open, and is nobody's advantage in placement. */
function describe({ id, status, owner, region }: DeviceRecord): RegisteredDevice {
  return {
    name: `device-${id}`,
    idle: idle[status],
    standing: {
      owner,
      isp: '',
      area: '',
      region,
      tier: '',
      priceMicroUsdPerHour: 0n,
      latencyMs: 0,
      riskBps: 0,
    },
  }
}
