import { createCustomCommon, Mainnet } from '@ethereumjs/common'
import { createFeeMarket1559Tx } from '@ethereumjs/tx'
import { parseGenesis, type GenesisFile } from '@nexqloud/chain'
import { createGenesis, createLocalLaunch, readRecordedRelease } from '@nexqloud/contracts'
import { hexToBytes, numberToHex, parseEther, parseGwei, type Address, type Hex } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'

/** Somebody who sends. */
export type Sender = { readonly address: Address; readonly privateKey: Hex }

/** What a transaction does. */
export type Action = {
  /** Nobody where a contract is made. */
  readonly to?: Address
  readonly data?: Hex
  readonly value?: bigint
  readonly gas: bigint
}

/** What a load's genesis may differ in. */
type LoadOptions = {
  readonly gasLimit: bigint
  /** They share the founding keys, in their order and equally; the first sender has them where nobody is named. */
  readonly keyHolders?: readonly Sender[]
  /** Others that own something, and send nothing. */
  readonly owners?: readonly Address[]
}

/** The chain id of a local network. */
export const CHAIN_ID = 5_134_418

/** Returns so many senders, the same ones each time. */
export function createSenders(count: number): readonly Sender[] {
  return Array.from({ length: count }, (_, index) => {
    const privateKey = numberToHex(1_000_003 + index, { size: 32 })
    return { privateKey, address: privateKeyToAddress(privateKey) }
  })
}

/** Returns a local network's genesis on which every sender owns a thousand NXQ, and the first of them everything else. */
export async function createLoadGenesis(
  senders: readonly Sender[],
  { gasLimit, keyHolders = senders.slice(0, 1), owners = [] }: LoadOptions,
): Promise<GenesisFile> {
  const [first] = senders
  if (first === undefined) throw new RangeError('There are no senders.')
  const { parameters, founders } = createLocalLaunch({
    account: first.address,
    genesisTime: 1_700_000_000,
  })
  const count = parameters.keys.foundingCount / keyHolders.length
  const holders = keyHolders.map(({ address: holder }) => ({ holder, count }))
  const launch = { parameters, founders: { ...founders, keyHolders: holders } }
  const { file } = await createGenesis(readRecordedRelease(), launch)
  const balance = numberToHex(parseEther('1000'))
  const rich = Object.fromEntries(
    [...senders.map(({ address }) => address), ...owners].map((address) => {
      return [address.toLowerCase(), { balance }]
    }),
  )
  return parseGenesis({
    ...file,
    gasLimit: numberToHex(gasLimit),
    alloc: { ...file.alloc, ...rich },
  })
}

/** Returns what signs for a sender, nonce after nonce. */
export function createSigner(): (sender: Sender, action: Action) => Uint8Array {
  const common = createCustomCommon({ chainId: CHAIN_ID }, Mainnet, { hardfork: 'cancun' })
  const nonces = new Map<Hex, bigint>()
  return ({ privateKey }, { to, data = '0x', value = 0n, gas }) => {
    const nonce = nonces.get(privateKey) ?? 0n
    nonces.set(privateKey, nonce + 1n)
    const fields = {
      chainId: CHAIN_ID,
      nonce,
      ...(to !== undefined && { to }),
      data,
      value,
      gasLimit: gas,
      maxFeePerGas: parseGwei('10'),
      maxPriorityFeePerGas: 1n,
    }
    return createFeeMarket1559Tx(fields, { common }).sign(hexToBytes(privateKey)).serialize()
  }
}
