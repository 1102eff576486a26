import type { CommittedFile, SettlementFiles } from '@nexqloud/control'
import type { MasternodeId, Period } from '@nexqloud/kernel'
import type { Calendar, SettledFile } from '@nexqloud/rules'
import {
  findOwnFile,
  InvalidWitnessFileError,
  minutesOf,
  parseWitnessFile,
  parseWitnessHead,
  witnessFileHash,
  type FileShelf,
} from '@nexqloud/store'

/** Whose files. */
export type SettlementFilesParts = {
  readonly shelf: FileShelf
  readonly masternode: MasternodeId
  readonly calendar: Calendar
  /** Returns how many devices the chain has had, which only grows; throws where it does not answer. */
  readonly countDevices: () => Promise<number>
}

/** What a masternode has of others and of its own on its disk. */
export type OwnFiles = SettlementFiles & {
  /** Whether the bytes of this hash were taken for a file once, and can be none that counts, whoever committed to it. */
  readonly isRefused: (hash: string) => boolean
}

/** Whose file of which period was asked for. */
type Wanted = { readonly period: Period; readonly from: MasternodeId }

/** Returns what a masternode has of others and of its own on its disk. */
export function createSettlementFiles(parts: SettlementFilesParts): OwnFiles {
  const { shelf, masternode } = parts
  const refused = new Set<string>()
  return {
    own: (period) => findOwnFile({ shelf, masternode }, period),
    read: async (period, { masternode: from, hash }: CommittedFile) => {
      const bytes = await shelf.read(hash)
      if (bytes === undefined) return undefined
      const file = await parse(parts, bytes, { period, from })
      return typeof file === 'string' ? undefined : file
    },
    take: async (period, { masternode: from, hash }, bytes) => {
      if (refused.has(hash) || witnessFileHash(bytes) !== hash) return false
      const file = await parse(parts, bytes, { period, from })
      if (file === 'never') refused.add(hash)
      if (typeof file === 'string') return false
      await shelf.keep({ period, author: from }, bytes)
      return true
    },
    keep: async (period, inputs) => void (await shelf.keep({ period, author: 'inputs' }, inputs)),
    isRefused: (hash) => refused.has(hash),
  }
}

/**
 * A file that nobody can have seen so, or that is of another period or masternode, is held by nobody. One of another masternode may still be what
 * that one committed to; any other one that is refused is refused for ever. It is decoded only where it begins as it should.
 */
async function parse(
  { calendar, countDevices }: SettlementFilesParts,
  bytes: Uint8Array,
  { period, from }: Wanted,
): Promise<SettledFile | 'foreign' | 'never'> {
  try {
    const head = parseWitnessHead(bytes)
    if (head.masternode !== from) return 'foreign'
    const isIt = head.period === period && head.minutes === minutesOf(calendar)
    if (!isIt || head.devices > (await countDevices())) return 'never'
    return parseWitnessFile(bytes)
  } catch (failure) {
    if (failure instanceof InvalidWitnessFileError) return 'never'
    throw failure
  }
}
