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

/** More devices than any chain has. */
const NEVER = Infinity

/** Whose file of which period was asked for. */
type Wanted = { readonly period: Period; readonly from: MasternodeId }

/** Returns what a masternode has of others and of its own on its disk. */
export function createSettlementFiles(parts: SettlementFilesParts): SettlementFiles {
  const { shelf, masternode, countDevices } = parts
  /** By period and hash, how many devices the chain has to have before it is looked at again. */
  const refused = new Map<string, number>()
  const isRefused: SettlementFiles['isRefused'] = async (period, { hash }) => {
    const devices = refused.get(nameOf(period, hash)) ?? 0
    return devices === NEVER || (devices > 0 && devices > (await countDevices()))
  }
  return {
    own: (period) => findOwnFile({ shelf, masternode }, period),
    read: async (period, { masternode: from, hash }: CommittedFile) => {
      const bytes = await shelf.read(hash)
      // What the disk has damaged says something else: it is fetched anew.
      if (bytes === undefined || witnessFileHash(bytes) !== hash) return undefined
      const file = await parse(parts, bytes, { period, from })
      return typeof file === 'object' ? file : undefined
    },
    take: async (period, { masternode: from, hash }, bytes) => {
      if (witnessFileHash(bytes) !== hash) return false
      const file = await parse(parts, bytes, { period, from })
      if (typeof file === 'number') refused.set(nameOf(period, hash), file)
      if (typeof file !== 'object') return false
      await shelf.keep({ period, author: from }, bytes)
      return true
    },
    keep: async (period, inputs) => void (await shelf.keep({ period, author: 'inputs' }, inputs)),
    isRefused,
  }
}

const nameOf = (period: Period, hash: string): string => `${period}/${hash}`

/**
 * A file that nobody can have seen so, or that is of another period or masternode, is held by nobody. One of another masternode may still be what
 * that one committed to. Of any other one that is refused it returns how many devices the chain has to have before it may count: others may have
 * looked when it had them, and what a quorum holds is in the set. It is decoded only where it begins as it should.
 */
async function parse(
  { calendar, countDevices }: SettlementFilesParts,
  bytes: Uint8Array,
  { period, from }: Wanted,
): Promise<SettledFile | 'foreign' | number> {
  try {
    const head = parseWitnessHead(bytes)
    if (head.masternode !== from) return 'foreign'
    const isIt = head.period === period && head.minutes === minutesOf(calendar)
    if (!isIt) return NEVER
    if (head.devices > (await countDevices())) return head.devices
    return parseWitnessFile(bytes)
  } catch (failure) {
    if (failure instanceof InvalidWitnessFileError) return NEVER
    throw failure
  }
}
