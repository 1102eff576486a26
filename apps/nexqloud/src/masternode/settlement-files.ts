import type { CommittedFile, SettlementFiles } from '@nexqloud/control'
import type { MasternodeId, Period } from '@nexqloud/kernel'
import type { Calendar, SettledFile } from '@nexqloud/rules'
import {
  findOwnFile,
  InvalidWitnessFileError,
  minutesOf,
  parseWitnessFile,
  witnessFileHash,
  type FileShelf,
} from '@nexqloud/store'

/** Whose files. */
export type SettlementFilesParts = {
  readonly shelf: FileShelf
  readonly masternode: MasternodeId
  readonly calendar: Calendar
}

/** Returns what a masternode has of others and of its own on its disk. */
export function createSettlementFiles({
  shelf,
  masternode,
  calendar,
}: SettlementFilesParts): SettlementFiles {
  /** A file that nobody can have seen so, or that is of another period or masternode, is held by nobody. */
  const parse = (
    bytes: Uint8Array,
    { period, from }: { readonly period: Period; readonly from: MasternodeId },
  ): SettledFile | undefined => {
    try {
      const file = parseWitnessFile(bytes)
      const isIt =
        file.period === period && file.masternode === from && file.minutes === minutesOf(calendar)
      return isIt ? file : undefined
    } catch (failure) {
      if (failure instanceof InvalidWitnessFileError) return undefined
      throw failure
    }
  }
  const read = async (period: Period, { masternode: from, hash }: CommittedFile) => {
    const bytes = await shelf.read(hash)
    return bytes && parse(bytes, { period, from })
  }
  return {
    own: (period) => findOwnFile({ shelf, masternode }, period),
    read,
    take: async (period, { masternode: from, hash }, bytes) => {
      if (witnessFileHash(bytes) !== hash) return false
      if (parse(bytes, { period, from }) === undefined) return false
      await shelf.keep(period, bytes)
      return true
    },
    keep: async (period, inputs) => void (await shelf.keep(period, inputs)),
  }
}
