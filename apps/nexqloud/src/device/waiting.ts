import type { MasternodeId } from '@nexqloud/kernel'
import type { DeviceRecord } from '@nexqloud/ledger'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { RefusedError } from '../transaction/errors.ts'
import { nextBlock } from '../transaction/intent.ts'
import { showTime } from '../unit.ts'

/** What a device waits for that was not measured yet. */
export type Waiting =
  | { readonly for: 'draw' }
  | { readonly for: 'measurement'; readonly masternode: MasternodeId }
  /** Its key was measured with lately; the chain second from which on it may be again. */
  | { readonly for: 'key'; readonly from: bigint }

/** Asks the contract what stands before the next measurement. */
export async function readWaiting(
  { ledger, shell }: Pick<Session, 'ledger' | 'shell'>,
  { id, measurer }: DeviceRecord,
): Promise<Waiting> {
  if (measurer !== undefined && measurer.until >= shell.clock.wallMs() / 1000) {
    return { for: 'measurement', masternode: measurer.masternode }
  }
  try {
    await readChain(ledger.devices.simulate.draw([id], nextBlock))
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    const { errorName, args } = error
    if (errorName === 'DevicesOrderTooEarly') return { for: 'key', from: BigInt(String(args[1])) }
  }
  return { for: 'draw' }
}

/** Returns it as a sentence. */
export function waitingInWords(what: Waiting): string {
  if (what.for === 'measurement') return `Masternode ${what.masternode} measures it now.`
  return what.for === 'key'
    ? `Its key was measured with lately: it is measured after ${showTime(what.from)}.`
    : 'A masternode that measures it is to be drawn.'
}
