/** A local network at its genesis inside a VM, for tests that speak to the real contracts. */

import {
  createGenesis,
  createLocalLaunch,
  createMachine,
  readRelease,
  type Log,
  type Machine,
} from '@nexqloud/contracts'
import { custom, numberToHex, RpcRequestError, type Address, type Hex } from 'viem'
import { privateKeyToAddress, generatePrivateKey } from 'viem/accounts'

import { nexqloudLocal } from '../src/index.ts'

/** A VM, and how a client reaches it as if it were a node. */
export type LocalNetwork = {
  readonly machine: Machine
  readonly transport: ReturnType<typeof custom>
  /** The only masternode. */
  readonly masternode: Address
  /** Chain second of every call. */
  readonly time: number
}

type RpcLog = Log & { readonly blockNumber: Hex }

type CallRequest = {
  readonly from?: Address
  readonly to: Address
  readonly data?: Hex
  readonly value?: Hex
}

/** Returns the network of so many seconds; transactions of any account are carried out at once, for nothing. */
export async function startLocalNetwork(ageSeconds = 1): Promise<LocalNetwork> {
  const [signer, account] = [anyAddress(), anyAddress()]
  const launch = createLocalLaunch({ account, signer, genesisTime: 1_700_000_000 })
  const genesis = await createGenesis(readRelease(), launch)
  const machine = await createMachine(genesis.common, hashOf)
  await machine.load(genesis.file.alloc)
  const time = launch.founders.genesisTime + ageSeconds
  return { machine, time, masternode: signer, transport: createTransport(machine, time) }
}

function anyAddress(): Address {
  return privateKeyToAddress(generatePrivateKey())
}

/** Any hash but zero, which means that a block is too old. */
function hashOf(block: number): Uint8Array {
  return new Uint8Array(32).fill(1 + (block % 255))
}

function createTransport(machine: Machine, time: number): ReturnType<typeof custom> {
  let number = 1n
  const logs: RpcLog[] = []
  const send = async (request: CallRequest, isTrial: boolean): Promise<Hex> => {
    const { value = '0x0', ...message } = request
    const block = { number, time, gasLimit: 30_000_000n }
    const call = { ...message, value: BigInt(value), isTrial }
    const { reverted, returned, logs: written } = await machine.send(call, block)
    if (!isTrial) logs.push(...written.map((log) => ({ ...log, blockNumber: numberToHex(number) })))
    if (!reverted) return returned
    const error = { code: 3, message: 'execution reverted', data: returned }
    throw new RpcRequestError({ body: {}, url: 'a VM', error })
  }
  const methods: Readonly<Record<string, (params: readonly unknown[]) => Promise<unknown>>> = {
    eth_chainId: async () => numberToHex(nexqloudLocal.id),
    eth_call: async ([request]) => send(request as CallRequest, true),
    eth_sendTransaction: async ([request]) => {
      await send(request as CallRequest, false)
      number += 1n
      return numberToHex(number, { size: 32 })
    },
    eth_blockNumber: async () => numberToHex(number - 1n),
    eth_getLogs: async ([filter]) => {
      const { fromBlock, toBlock } = filter as { fromBlock: Hex; toBlock: Hex }
      return logs.filter(
        ({ blockNumber }) =>
          BigInt(blockNumber) >= BigInt(fromBlock) && BigInt(blockNumber) <= BigInt(toBlock),
      )
    },
  }
  return custom({
    request: async ({ method, params }: { method: string; params: readonly unknown[] }) => {
      const answer = methods[method]
      if (answer === undefined) throw new Error(`A VM does not answer ${method}.`)
      return answer(params)
    },
  })
}
