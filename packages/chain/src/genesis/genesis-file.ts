import { BaseError } from '@nexqloud/kernel'
import { z } from 'zod'

const quantity = z
  .string()
  .regex(/^0x[0-9a-f]+$/i, 'has to be hex')
  .transform(BigInt)
const bytes = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})*$/i, 'has to be whole bytes of hex')
  .transform((text) => text.toLowerCase() as `0x${string}`)
const address = bytes.refine((text) => text.length === 42, 'has to be 20 bytes')
const word = bytes.refine((text) => text.length === 66, 'has to be 32 bytes')

const account = z
  .object({
    balance: quantity,
    nonce: quantity.default(0n),
    code: bytes.default('0x'),
    storage: z.record(word, word).default({}),
  })
  .readonly()

const schema = z
  .object({
    config: z.looseObject({ chainId: z.int().positive() }),
    timestamp: quantity,
    /** The chain's name in ASCII. */
    extraData: bytes,
    gasLimit: quantity,
    baseFeePerGas: quantity,
    alloc: z.record(address, account),
  })
  .readonly()

/** A genesis file as geth reads it; whatever else it holds is left aside. */
export type GenesisFile = z.output<typeof schema> & {
  /** The file as it was read. */
  readonly source: unknown
}

/** What was given as a genesis is none. */
class InvalidGenesisError extends BaseError {
  constructor(problems: string) {
    super(`This is not a genesis file:\n${problems}`, {
      code: 'CHAIN_GENESIS_INVALID',
      kind: 'invalid',
      hint: 'Give the genesis file of the network, unchanged.',
    })
  }
}

/**
 * Returns a genesis from the parsed JSON of its file.
 *
 * @throws {@link InvalidGenesisError} with every problem, by name.
 */
export function parseGenesis(input: unknown): GenesisFile {
  const { data, error } = schema.safeParse(input)
  if (error !== undefined) throw new InvalidGenesisError(z.prettifyError(error))
  return { ...data, source: input }
}
