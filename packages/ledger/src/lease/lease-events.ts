import { parseAddress, parseInstanceKey, type Address, type InstanceKey } from '@nexqloud/kernel'
import { toEventSelector, type ContractEventName, type Hex, type Log } from 'viem'

import * as contracts from '../generated/index.ts'

const { abi } = contracts.leases

/** What the leases write down. */
export type LeaseEventName = ContractEventName<typeof abi>

/** What was written down in a block. Every value is one word of 32 bytes. */
export type LeaseEvent = {
  readonly name: LeaseEventName
  readonly block: bigint
  /** Chain second of the block. */
  readonly at: number
  /** By the names that the contract gives them. */
  readonly words: ReadonlyMap<string, Hex>
}

type Shape = {
  readonly name: LeaseEventName
  readonly indexed: readonly string[]
  readonly data: readonly string[]
}

/** By the first topic. To look for it among the names of an ABI means to hash each of them for each log, and there are ten thousand. */
const shapes: ReadonlyMap<Hex, Shape> = new Map(
  abi.flatMap((item) => {
    if (item.type !== 'event') return []
    const namesOf = (isIndexed: boolean) =>
      item.inputs.filter(({ indexed }) => indexed === isIndexed).map(({ name }) => name)
    const shape: Shape = { name: item.name, indexed: namesOf(true), data: namesOf(false) }
    return [[toEventSelector(item), shape] as const]
  }),
)

const WORD_DIGITS = 64
const ADDRESS_DIGITS = 40

/** Returns what logs of the leases say, in their order; logs of other contracts are left out. */
export function parseLeaseEvents(logs: readonly Log[]): readonly LeaseEvent[] {
  return logs.flatMap(({ address, topics, data, blockNumber, blockTimestamp }) => {
    const shape = shapes.get(topics[0] ?? '0x')
    const isOurs = address.toLowerCase() === contracts.leases.address.toLowerCase()
    if (shape === undefined || !isOurs) return []
    const words = new Map<string, Hex>()
    shape.indexed.forEach((name, index) => words.set(name, topics[index + 1] ?? '0x'))
    shape.data.forEach((name, index) => {
      const from = 2 + index * WORD_DIGITS
      words.set(name, `0x${data.slice(from, from + WORD_DIGITS)}`)
    })
    const at = Number(blockTimestamp ?? 0n)
    return [{ name: shape.name, block: blockNumber ?? 0n, at, words }]
  })
}

/** Returns a whole number that an event names. */
export function numberIn({ words }: LeaseEvent, name: string): bigint {
  return BigInt(words.get(name) ?? 0)
}

/** Returns the instance that an event is about. */
export function instanceIn({ words }: LeaseEvent): InstanceKey {
  return parseInstanceKey(words.get('instance') ?? '')
}

/** Returns whose account an event is about; nothing where it is about all. */
export function accountIn({ words }: LeaseEvent): Address | undefined {
  const [account, instance] = [words.get('account'), words.get('instance')]
  if (account !== undefined) return parseAddress(`0x${account.slice(-ADDRESS_DIGITS)}`)
  // An instance's key begins with its account.
  return instance && parseAddress(instance.slice(0, 2 + ADDRESS_DIGITS))
}
