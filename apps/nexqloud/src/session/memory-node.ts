import { contracts } from '@nexqloud/ledger'
import {
  custom,
  decodeFunctionData,
  encodeFunctionResult,
  numberToHex,
  RpcRequestError,
  type Abi,
  type Hex,
  type Transport,
} from 'viem'

/** What a node in memory answers; whatever is not named here, it refuses. */
export type MemoryNode = {
  readonly chainId: number
  /** In wei, by address in lower case; 0 unless said. */
  readonly balances?: Readonly<Record<string, bigint>>
  /** The newest block. */
  readonly block?: {
    readonly number: bigint
    readonly timestamp: bigint
    readonly extraData: Hex
    readonly gasUsed?: bigint
    readonly baseFeePerGas?: bigint
  }
  /** What functions of the contracts return, by name; a function of this kind may throw a {@link revertWith}. */
  readonly returns?: Readonly<Record<string, unknown>>
  /** Other methods of the node, by name. */
  readonly methods?: Readonly<Record<string, (params: readonly unknown[]) => unknown>>
}

type Request = { readonly method: string; readonly params?: readonly unknown[] }

/** Returns what speaks to a node that is a table of answers. */
export function connectMemoryNode(node: MemoryNode): Transport {
  const methods: NonNullable<MemoryNode['methods']> = {
    eth_chainId: () => numberToHex(node.chainId),
    eth_getBalance: ([address]) =>
      numberToHex(node.balances?.[String(address).toLowerCase()] ?? 0n),
    eth_getTransactionCount: () => '0x0',
    eth_getBlockByNumber: () => toRpcBlock(node.block ?? genesisBlock),
    eth_call: ([call]) => answerCall(node, call as { to: Hex; data: Hex }),
    ...node.methods,
  }
  return custom({
    request: async ({ method, params = [] }: Request) => {
      const answer = methods[method]
      if (answer === undefined) throw refusal(-32601, `The node does not know ${method}`)
      return answer(params)
    },
  })
}

/** Returns what a node throws where a contract reverted with these bytes. */
export function revertWith(data: Hex): RpcRequestError {
  return refusal(3, 'execution reverted', data)
}

const genesisBlock = { number: 0n, timestamp: 1_700_000_000n, extraData: '0x' } as const

function answerCall({ returns = {} }: MemoryNode, { to, data }: { to: Hex; data: Hex }): Hex {
  const contract = Object.values(contracts).find(
    ({ address }) => address.toLowerCase() === to.toLowerCase(),
  )
  const abi = (contract?.abi ?? []) as Abi
  const { functionName } = decodeFunctionData({ abi, data })
  const result = returns[functionName]
  if (result instanceof Error) throw result
  return encodeFunctionResult({ abi, functionName, result })
}

function toRpcBlock(block: NonNullable<MemoryNode['block']>) {
  const { number, timestamp, extraData, gasUsed = 0n, baseFeePerGas = 0n } = block
  return {
    number: numberToHex(number),
    timestamp: numberToHex(timestamp),
    extraData,
    hash: numberToHex(number + 1n, { size: 32 }),
    parentHash: numberToHex(number, { size: 32 }),
    mixHash: numberToHex(number, { size: 32 }),
    gasUsed: numberToHex(gasUsed),
    gasLimit: '0x1c9c380',
    baseFeePerGas: numberToHex(baseFeePerGas),
    transactions: [],
  }
}

/** Returns what a node throws where it refuses a request. */
export function refusal(code: number, message: string, data?: unknown): RpcRequestError {
  const error = { code, message, ...(data !== undefined && { data }) }
  return new RpcRequestError({ body: {}, url: 'memory', error })
}
