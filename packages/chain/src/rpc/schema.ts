/** What parameters of methods look like; each schema gives back the value in the words of this package. */

import type { Hex } from 'viem'
import { z } from 'zod'

const isHex = /^0x[0-9a-f]*$/i

/** A number: `0x` and 1 to 64 hex digits. */
export const quantity = z
  .string('has to be a hex string')
  .regex(/^0x[0-9a-f]{1,64}$/i, 'has to be a hex number such as 0x1f')
  .transform(BigInt)

/** Bytes: `0x` and two hex digits each. */
export const bytes = z
  .string('has to be a hex string')
  .refine((text) => isHex.test(text) && text.length % 2 === 0, 'has to be whole bytes of hex')
  .transform((text) => text.toLowerCase() as Hex)

/** An account: 20 bytes. */
export const address = bytes.refine((text) => text.length === 42, 'has to be 20 bytes of hex')

/** A hash, or a whole slot: 32 bytes. */
export const word = bytes.refine((text) => text.length === 66, 'has to be 32 bytes of hex')

/** The key of a slot: up to 32 bytes, zeros before it left out or not. */
export const slot = z
  .string('has to be a hex string')
  .regex(/^0x[0-9a-f]{0,64}$/i, 'has to be at most 32 bytes of hex')
  .transform((text): Hex => `0x${text.slice(2).toLowerCase().padStart(64, '0')}`)

/** Which block is meant. The newest block is final, so four of the names mean the same one. */
export type BlockRef =
  | { readonly tag: 'latest' | 'pending' | 'earliest' }
  | { readonly number: bigint }
  | { readonly hash: Hex }

const tag = z
  .enum(['latest', 'pending', 'safe', 'finalized', 'earliest'], 'has to be a block number or tag')
  .transform((name): BlockRef => {
    return { tag: name === 'safe' || name === 'finalized' ? 'latest' : name }
  })

const numberRef = quantity.transform((number): BlockRef => ({ number }))
const hashRef = word.transform((hash): BlockRef => ({ hash }))

/** A block by number or name. */
export const blockNumber = z.union([tag, numberRef], 'has to be a block number or tag')

/** A block by number, name or hash, or as EIP-1898 says. */
export const blockRef = z.union(
  [
    tag,
    hashRef,
    numberRef,
    z.strictObject({ blockNumber }).transform((given) => given.blockNumber),
    z
      .strictObject({ blockHash: hashRef, requireCanonical: z.boolean().optional() })
      .transform((given) => given.blockHash),
  ],
  'has to be a block number, tag or hash',
)

/** The newest block, where none is named. */
export const latest: BlockRef = { tag: 'latest' }

const topic = z.union(
  [word.transform((one) => [one]), z.array(word).max(1000), z.null()],
  'has to be 32 bytes of hex, several of them in a list, or null',
)

const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish()

/** Which logs are meant. */
export const logFilter = z
  .object({
    fromBlock: optional(blockNumber),
    toBlock: optional(blockNumber),
    blockHash: optional(word),
    address: optional(
      z.union(
        [address.transform((one) => [one]), z.array(address).max(1000)],
        'has to be 20 bytes of hex, or several of them in a list',
      ),
    ),
    topics: optional(z.array(topic).max(4, 'a log has at most 4 topics')),
  })
  .refine(
    ({ blockHash, fromBlock, toBlock }) => !blockHash || (!fromBlock && !toBlock),
    'cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other',
  )
  .transform(({ address: addresses, topics, ...range }) => ({
    ...range,
    addresses: addresses ?? [],
    topics: (topics ?? []).map((alternatives) => alternatives ?? []),
  }))

/** Which logs are meant, as it was read. */
export type LogFilter = z.output<typeof logFilter>
