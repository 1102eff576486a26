import { parseAddress } from '@nexqloud/kernel'
import { contracts, nexqloudLocal } from '@nexqloud/ledger'
import {
  decodeFunctionData,
  numberToHex,
  stringToHex,
  type Hex,
  type Log,
  type Transport,
} from 'viem'

import { connectMemoryNode, revertWith } from '../src/session/memory-node.ts'
import { deviceLogs } from './device-logs.ts'

const { abi, address } = contracts.devices
const none = { cpu: 0, memoryScore: 0, storageScore: 0, gpu: 0, isp: 0 }

/** Who owns the devices of this chain, and signs for its masternode. */
export const signer = parseAddress(`0x${'5'.repeat(40)}`)
export const tlsKeyHash: Hex = `0x${'7'.repeat(64)}`

/** What the chain says of device 7, and of the masternode of the signer; below 0 the node fails. */
export type MeasuredChain = {
  readonly status: number
  readonly own: number
  readonly measurer: number
  readonly until: number
}

/** Returns what speaks to a node of this chain; each of the logs is in a block of its own. */
export function connectMeasuredChain(chain: MeasuredChain, logs: readonly Log[]): Transport {
  const own = {
    chainId: nexqloudLocal.id,
    methods: {
      eth_blockNumber: () => numberToHex(logs.length - 1),
      eth_getLogs: ([range]: readonly unknown[]) => {
        const { fromBlock, toBlock } = range as { fromBlock: Hex; toBlock: Hex }
        return logs.slice(Number(fromBlock), Number(toBlock) + 1).map(toRpcLog)
      },
    },
  }
  const returns = {
    get activeIdOf() {
      return chain.own < 0 ? revertWith('0x') : chain.own
    },
    get device() {
      return {
        ...record,
        status: chain.status,
        measurer: chain.measurer,
        measureBefore: chain.until,
      }
    },
  }
  const [node, beside] = [
    connectMemoryNode({ ...own, returns }),
    connectMemoryNode({ ...own, returns: { device: { ...record, status: RETIRED } } }),
  ]
  return (options) => {
    const [main, others] = [node(options), beside(options)]
    const request: typeof main.request = async (asked) =>
      (isOfNeighbour(asked) ? others : main).request(asked)
    return { ...main, request }
  }
}

const RETIRED = 5
const record = {
  key: 101n,
  tlsKeyHash,
  region: stringToHex('local', { size: 32 }),
  owner: signer,
  accepted: none,
  offered: none,
  measurer: 0,
  measureBefore: 0,
}

/** Whether a device is asked for that is not 7; nothing is to be done about those. */
function isOfNeighbour({ method, params }: { readonly method: string; readonly params?: unknown }) {
  const [call] = method === 'eth_call' ? (params as [{ to: Hex; data: Hex }]) : []
  if (call?.to.toLowerCase() !== address.toLowerCase()) return false
  const { functionName, args } = decodeFunctionData({ abi, data: call.data })
  return functionName === 'device' && args[0] !== 7
}

/** Returns what was written of devices of one owner that work, and were ordered in one slot: 7 and so many others. */
export function orderTogether(neighbours: number): Log[] {
  const { registered, accepted, ordered } = deviceLogs
  return Array.from({ length: neighbours + 1 }, (_, at) => [
    registered(7 + at, signer),
    accepted(7 + at, signer, 1000),
    ordered(7 + at, 1),
  ]).flat()
}

function toRpcLog(log: Log, index: number) {
  return {
    ...log,
    blockNumber: numberToHex(index),
    blockTimestamp: numberToHex(log.blockTimestamp ?? 0n),
    logIndex: '0x0',
    transactionIndex: '0x0',
  }
}
