import type { Period } from '@nexqloud/kernel'
import {
  InvalidInputsError,
  parseInputs,
  readServingMasternodes,
  settleRecord,
  type Ledger,
  type MasternodeRecord,
  type PeriodRecord,
  type PostedFile,
  type SettlementInputs,
} from '@nexqloud/ledger'
import { findDissent, type Dissent, type SettledFile } from '@nexqloud/rules'
import { parseWitnessFile } from '@nexqloud/store'
import type { Hex } from 'viem'

import { compareHolds } from './compare-holds.ts'
import { FileUnavailableError, FileUnreadableError } from './errors.ts'
import { explainRoot } from './explain-root.ts'
import { fetchFile, type FileSources } from './fetch-file.ts'
import type { FileSource } from './file-source.ts'
import { findDifferences, type Difference } from './find-differences.ts'
import { readSettledPeriod, type SettledPeriod } from './settled-period.ts'

/** What a verification stands on. */
export type VerifyParts = {
  readonly ledger: Ledger<undefined>
  readonly chainId: number
  /** Returns the door of a masternode that the chain names. */
  readonly openSource: (masternode: MasternodeRecord) => FileSource
  /** Told of whoever gives what it should not. */
  readonly tell: (text: string) => void
  readonly signal: AbortSignal
}

/** What came out. */
export type Verdict = SettledPeriod & {
  readonly settlement: ReturnType<typeof settleRecord>
  /** The first one is what the others follow from. */
  readonly differences: readonly Difference[]
  /** Witnesses that the others outvoted. */
  readonly dissent: readonly Dissent[]
}

/**
 * Computes a period anew from the chain and the files that it names, and compares.
 *
 * @throws {@link SettlementAbsentError}, {@link FileUnavailableError}, {@link FileUnreadableError}
 */
export async function verifyPeriod(period: Period, parts: VerifyParts): Promise<Verdict> {
  const { ledger, chainId } = parts
  const settled = await readSettledPeriod(ledger, period)
  const { record, accepted } = settled
  const doors = await openDoors(parts)
  const files: SettledFile[] = []
  for (const posted of record.files) files.push(await readWitnessFile(posted, record, doors))
  const settlement = settleRecord(record, files, chainId)
  const found = [
    ...findDifferences({ ...settled, settlement }),
    ...(await compareHolds(ledger, record)),
  ]
  const explain = async ({ code, text }: Difference): Promise<Difference> => {
    if (code === 'inputs') {
      const why = await explainInputs(accepted.inputs, { own: settlement.inputs, doors })
      return { code, text: `${text} ${why}`.trim() }
    }
    if (code !== 'root') return { code, text }
    const why = await explainRoot(accepted, { own: settlement.leaves, doors })
    return { code, text: `${text} ${why}`.trim() }
  }
  const differences = await Promise.all(found.map(explain))
  const dissent = findDissent({ ...record.facts, files }, settlement.leaves)
  return { ...settled, settlement, differences, dissent }
}

/** Masternodes by id. */
type Doors = FileSources & { readonly sourceOf: ReadonlyMap<number, FileSource> }

async function openDoors({ ledger, openSource, tell, signal }: VerifyParts): Promise<Doors> {
  const masternodes = await readServingMasternodes(ledger)
  const sourceOf = new Map(masternodes.map((each) => [each.id as number, openSource(each)]))
  return { sources: [...sourceOf.values()], sourceOf, tell, signal }
}

/** Its own masternode is asked first. */
async function readWitnessFile(
  { masternode, hash }: PostedFile,
  { blocks, facts }: PeriodRecord,
  { sources, sourceOf, ...rest }: Doors,
): Promise<SettledFile> {
  const own = sourceOf.get(masternode)
  const others = sources.filter((source) => source !== own)
  const inOrder = own === undefined ? others : [own, ...others]
  const wanted = { what: `the file of masternode ${masternode}`, hash }
  const bytes = await fetchFile(wanted, { ...rest, sources: inOrder })
  const file = readFile(bytes, masternode)
  if (file.masternode !== masternode) {
    throw new FileUnreadableError(masternode, `it is of masternode ${file.masternode}.`)
  }
  if (file.period !== blocks.period || file.minutes !== facts.minutes) {
    const why = `it is of ${file.minutes} minutes of the period ${file.period}.`
    throw new FileUnreadableError(masternode, why)
  }
  return file
}

function readFile(
  bytes: Uint8Array,
  masternode: PostedFile['masternode'],
): ReturnType<typeof parseWitnessFile> {
  try {
    return parseWitnessFile(bytes)
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : 'it is broken.'
    throw new FileUnreadableError(masternode, why, failure)
  }
}

type Inputs = { readonly own: Uint8Array; readonly doors: Doors }

/** Says in which field the inputs that masternodes signed differ, where one of them still gives them. */
async function explainInputs(hash: Hex, { own, doors }: Inputs): Promise<string> {
  try {
    const signed = parseInputs(await fetchFile({ what: 'the inputs', hash }, doors))
    const expected = parseInputs(own)
    const fields = Object.keys(expected) as (keyof SettlementInputs)[]
    const field = fields.find((name) => textOf(signed[name]) !== textOf(expected[name]))
    if (field === undefined) return ''
    return `There, ${field} is ${textOf(signed[field])}; on the chain it is ${textOf(expected[field])}.`
  } catch (failure) {
    if (failure instanceof FileUnavailableError) return 'Nobody gives them.'
    if (failure instanceof InvalidInputsError) return failure.message
    throw failure
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? each.toString() : each,
  )
}
