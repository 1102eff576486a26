import { nameOfDevice, type Clock } from '@nexqloud/kernel'
import { createDeviceIndex, type DeviceIndexReader, type DeviceRecord } from '@nexqloud/ledger'
import type { DeviceRegistry, RegisteredDevice } from '@nexqloud/masternode'
import type { TlsKeyHash } from '@nexqloud/tunnel'

/** Why a device that is let in gets no pods yet; nothing where it may have some. */
const idle: Readonly<Record<DeviceRecord['status'], string | undefined>> = {
  registered: 'It was not measured yet.',
  measured: 'Its owner has not accepted its scores yet.',
  active: undefined,
  suspended: 'It has changed hands, and its owner has not accepted its scores yet.',
  retired: 'It has left the network.',
}

/** Who finds devices by their keys: as {@link createDeviceIndex} returns it. */
type DeviceIndex = Pick<ReturnType<typeof createDeviceIndex>, 'find'>

/** A block comes at most once a second. */
const FRESH_MS = 1000

/** Returns the registry of the chain's devices. */
export function createChainRegistry(reader: DeviceIndexReader, clock: Clock): DeviceRegistry {
  return createRegistry(createDeviceIndex(reader, { clock, freshMs: FRESH_MS }), clock)
}

/** A device that dials waits no longer than this for a chain that says nothing at all: milliseconds. */
const PATIENCE_MS = 2000

/** Returns a registry over an index. One that is retired is not in it; while the chain is away or mute, devices are as they were. */
export function createRegistry(index: DeviceIndex, clock: Pick<Clock, 'delay'>): DeviceRegistry {
  const known = new Map<string, RegisteredDevice>()

  async function ask(keyHash: TlsKeyHash): Promise<RegisteredDevice | undefined> {
    try {
      const record = await index.find(keyHash)
      known.delete(keyHash)
      if (record === undefined || record.status === 'retired') return undefined
      const device = describe(record)
      known.set(keyHash, device)
      return device
    } catch (failure) {
      const before = known.get(keyHash)
      if (before === undefined) throw failure
      return before
    }
  }

  return {
    find: async (keyHash) => {
      const before = known.get(keyHash)
      const asking = ask(keyHash)
      if (before === undefined) return asking
      const over = new AbortController()
      const late = clock.delay(PATIENCE_MS, over.signal).then(() => before)
      return Promise.race([asking, late]).finally(() => over.abort())
    },
  }
}

/** What nobody knows yet (network, place, price, risk) is left open, and is nobody's advantage in placement. */
function describe({ id, status, owner, region }: DeviceRecord): RegisteredDevice {
  return {
    name: nameOfDevice(id),
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
