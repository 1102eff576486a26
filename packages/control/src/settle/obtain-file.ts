import type { MasternodeId, Period } from '@nexqloud/kernel'
import type { SettledFile } from '@nexqloud/rules'

import type { CommittedFile, SettlementFiles, SettlementPeers } from './ports.ts'

/** Who may have a file. */
export type Obtaining = {
  readonly files: SettlementFiles
  readonly peers: Pick<SettlementPeers, 'fetchFile'>
  /** The others, in any order. */
  readonly others: readonly MasternodeId[]
  /** Counted from 0: with each another one is asked beside who wrote it. */
  readonly attempt: number
}

/** Returns a file of a period, from the own disk, from who wrote it, or from one of the others; nothing where none of them has it. */
export async function obtainFile(
  period: Period,
  file: CommittedFile,
  { files, peers, others, attempt }: Obtaining,
): Promise<SettledFile | undefined> {
  const here = await files.read(period, file)
  if (here !== undefined) return here
  const elsewhere = others.filter((each) => each !== file.masternode)
  const another = elsewhere[attempt % Math.max(1, elsewhere.length)]
  for (const from of [others.find((each) => each === file.masternode), another]) {
    // Nothing is fetched twice that is of no use.
    if (from === undefined || (await files.isRefused(period, file))) continue
    // Who does not answer, or with something else, has it no less than who is not there.
    const bytes = await peers.fetchFile(from, file.hash).catch(() => undefined)
    if (bytes !== undefined && (await files.take(period, file, bytes))) {
      return files.read(period, file)
    }
  }
  return undefined
}
