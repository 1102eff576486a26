import {
  BaseError,
  parseMasternodeId,
  parsePeriod,
  type MasternodeId,
  type Period,
} from '@nexqloud/kernel'
import { bytesToHex, keccak256, type Hex } from 'viem'
import { z } from 'zod'

import type { PostedFile } from './file-set.ts'
import type { PeriodRecord } from './period-reader.ts'

/** A block that everything was asked for at. */
type BlockName = { readonly number: bigint; readonly hash: Hex }

/** What a period was settled by, in so few words that anybody finds the rest: on the chain between the blocks, and in the files. */
export type SettlementInputs = {
  readonly chainId: number
  readonly period: Period
  readonly start: BlockName
  readonly end: BlockName
  readonly minutes: number
  /** Contributors' part of the emission, in wei. */
  readonly pot: bigint
  /** How many witnesses a device had, drawn from which masternodes, by which 32 bytes. */
  readonly witnesses: number
  readonly masternodes: readonly MasternodeId[]
  readonly randomness: Hex
  /** The set, rising by masternode. */
  readonly files: readonly PostedFile[]
}

/** Bytes that are no inputs of a period, or not the only encoding of what they say. */
export class InvalidInputsError extends BaseError {
  constructor(why: string, cause?: unknown) {
    super(`These are no inputs of a settlement: ${why}.`, {
      code: 'LEDGER_INPUTS_INVALID',
      kind: 'invalid',
      hint: 'Fetch them again by the hash that the root names, from another masternode.',
      cause,
    })
  }
}

/** The format and its version. */
const FORMAT = 'nexqloud-settlement-inputs-1'

const hash = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)])
const amount = z.string().regex(/^\d+$/).transform(BigInt)
const block = z.strictObject({ number: amount, hash })
const schema = z.strictObject({
  format: z.literal(FORMAT),
  chainId: z.int(),
  period: z.int().transform(parsePeriod),
  start: block,
  end: block,
  minutes: z.int(),
  potWei: amount,
  witnesses: z.int(),
  masternodes: z.array(z.int().transform(parseMasternodeId)),
  randomness: hash,
  files: z.array(z.strictObject({ masternode: z.int().transform(parseMasternodeId), hash })),
})

/** Returns what a period was settled by, as its root names it. */
export function inputsOf(
  { blocks, facts, files }: PeriodRecord,
  chainId: number,
): SettlementInputs {
  const { draw } = facts
  return {
    chainId,
    period: blocks.period,
    start: { number: blocks.start.number, hash: blocks.start.hash },
    end: { number: blocks.end.number, hash: blocks.end.hash },
    minutes: facts.minutes,
    pot: facts.pot,
    witnesses: draw.witnesses,
    masternodes: draw.masternodes,
    randomness: bytesToHex(draw.randomness),
    files,
  }
}

/** Returns the bytes that are published: JSON without spaces, its fields in this order, large numbers as decimal text. */
export function encodeInputs(inputs: SettlementInputs): Uint8Array {
  const { start, end, pot, files, ...rest } = inputs
  const { chainId, period, minutes, witnesses, masternodes, randomness } = rest
  const blockOf = ({ number, hash: own }: BlockName) => ({ number: number.toString(), hash: own })
  const document = {
    format: FORMAT,
    chainId,
    period,
    start: blockOf(start),
    end: blockOf(end),
    minutes,
    potWei: pot.toString(),
    witnesses,
    masternodes,
    randomness,
    files: files.map(({ masternode, hash: own }) => ({ masternode, hash: own })),
  }
  return new TextEncoder().encode(JSON.stringify(document))
}

/** Returns by what the inputs are fetched, and what the root names: keccak256 of their bytes. */
export function inputsHash(bytes: Uint8Array): Hex {
  return keccak256(bytes)
}

/**
 * Returns what bytes from anybody say.
 *
 * @throws {@link InvalidInputsError} where they are not exactly what {@link encodeInputs} gives for it.
 */
export function parseInputs(bytes: Uint8Array): SettlementInputs {
  const inputs = readInputs(bytes)
  if (Buffer.compare(encodeInputs(inputs), bytes) !== 0) {
    throw new InvalidInputsError('another spelling of them is the one that counts')
  }
  return inputs
}

function readInputs(bytes: Uint8Array): SettlementInputs {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const { format: _, potWei, ...rest } = schema.parse(JSON.parse(text))
    return { ...rest, pot: potWei }
  } catch (failure) {
    throw new InvalidInputsError(
      failure instanceof z.ZodError ? z.prettifyError(failure) : 'they are no JSON of UTF-8',
      failure,
    )
  }
}
