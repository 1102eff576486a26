import {
  parseAddress,
  parseDeviceId,
  parseMasternodeId,
  type Address,
  type DeviceId,
  type MasternodeId,
} from '@nexqloud/kernel'
import { hexToString, type Hex } from 'viem'

import { explainFailure } from '../errors.ts'
import type { Ledger } from '../ledger.ts'
import type { RawScores } from '../typed-data/devices.ts'

/** What is asked of a ledger here, whoever's it is. */
export type DeviceReader = { readonly devices: Pick<Ledger<undefined>['devices'], 'read'> }

/** The statuses of a device, in the order of the contract's `DeviceStatus`. */
const statuses = ['none', 'registered', 'measured', 'active', 'suspended', 'retired'] as const

/** Where a device stands: only an `active` one may work. */
export type DeviceStatus = Exclude<(typeof statuses)[number], 'none'>

/** A device as the chain knows it. */
export type DeviceRecord = {
  readonly id: DeviceId
  readonly status: DeviceStatus
  readonly owner: Address
  /** Token id of the digital key that activates it. */
  readonly key: bigint
  /** SHA-256 of its SubjectPublicKeyInfo, lower case. */
  readonly tlsKeyHash: Hex
  readonly region: string
  /** What counts; all 0 until the owner accepted. */
  readonly accepted: RawScores
  /** What was measured last; all 0 once it is accepted, and where no device answered. */
  readonly offered: RawScores
  /** Who was drawn to measure it, and the last chain second in which that counts. */
  readonly measurer?: { readonly masternode: MasternodeId; readonly until: number }
}

/** Returns a device, or `undefined` where the chain knows none of this id. */
export async function readDevice(
  { devices }: DeviceReader,
  id: DeviceId,
): Promise<DeviceRecord | undefined> {
  const record = await explained(devices.read.device([id]))
  const status = statuses[record.status]
  if (status === undefined || status === 'none') return undefined
  return {
    id,
    status,
    owner: parseAddress(record.owner),
    key: record.key,
    tlsKeyHash: record.tlsKeyHash,
    region: bytes32ToText(record.region),
    accepted: record.accepted,
    offered: record.offered,
    ...(record.measurer !== 0 && {
      measurer: {
        masternode: parseMasternodeId(record.measurer),
        until: record.measureBefore,
      },
    }),
  }
}

/** Returns the device that was measured with a TLS key; `undefined` where none was, or it is retired. */
export async function readDeviceOfTlsKey(
  reader: DeviceReader,
  tlsKeyHash: Hex,
): Promise<DeviceRecord | undefined> {
  return readCounted(reader, await explained(reader.devices.read.deviceOfTlsKey([tlsKeyHash])))
}

/** Returns the device that a digital key activates; `undefined` where it activates none. */
export async function readDeviceOfKey(
  reader: DeviceReader,
  key: bigint,
): Promise<DeviceRecord | undefined> {
  return readCounted(reader, await explained(reader.devices.read.deviceOfKey([key])))
}

/** 0 is the contract's word for none. */
async function readCounted(reader: DeviceReader, id: number): Promise<DeviceRecord | undefined> {
  return id === 0 ? undefined : readDevice(reader, parseDeviceId(id))
}

/** Returns the text of a region, as contracts keep it; what is no text becomes replacement characters. */
export function bytes32ToText(bytes: Hex): string {
  return hexToString(bytes, { size: 32 })
}

/** Returns what a question gives; where a contract refused, its reason is thrown. */
export async function explained<Answer>(question: Promise<Answer>): Promise<Answer> {
  try {
    return await question
  } catch (error) {
    throw explainFailure(error)
  }
}
