import { contracts, type RawScores } from '@nexqloud/ledger'
import {
  encodeAbiParameters,
  encodeEventTopics,
  getAbiItem,
  numberToHex,
  type Hex,
  type Log,
} from 'viem'

const { abi, address } = contracts.devices
const tlsKeyHash: Hex = `0x${'7'.repeat(64)}`

/** Scores whose CPUs are worth so much. */
export function scoresOf(cpu: number): RawScores {
  return { cpu, memoryScore: cpu, storageScore: cpu, gpu: 0, isp: cpu }
}

/** What the devices' contract writes, at chain seconds. */
export const deviceLogs = {
  registered: (device: number, owner: Hex) =>
    createLog('DeviceRegistered', { device, owner, key: 100n, tlsKeyHash }, 0),
  ordered: (device: number, at: number) =>
    createLog('MeasurementOrdered', { device, drawBlock: 1n }, at),
  measured: (device: number, cpu: number, at: number) =>
    createLog('DeviceMeasured', { device, masternode: 1, scores: scoresOf(cpu) }, at),
  accepted: (device: number, owner: Hex, cpu: number) =>
    createLog('DeviceAccepted', { device, owner, scores: scoresOf(cpu) }, 1),
  suspended: (device: number, from: Hex, to: Hex) =>
    createLog('DeviceSuspended', { device, from, to }, 2),
  retired: (device: number) => createLog('DeviceRetired', { device }, 3),
}

function createLog(name: string, args: Readonly<Record<string, unknown>>, at: number): Log {
  const item = getAbiItem({ abi, name: name as 'DeviceRetired' })
  const topics = encodeEventTopics({
    abi: [item],
    eventName: name as 'DeviceRetired',
    args,
  })
  const inputs = item.inputs.filter((input) => !('indexed' in input && input.indexed))
  const values = inputs.map((input) => args[input.name])
  return {
    address,
    topics: topics as [Hex],
    data: encodeAbiParameters(inputs, values as never),
    blockTimestamp: BigInt(at),
    blockNumber: BigInt(at),
    blockHash: numberToHex(at, { size: 32 }),
    transactionHash: tlsKeyHash,
    transactionIndex: 0,
    logIndex: 0,
    removed: false,
  }
}
