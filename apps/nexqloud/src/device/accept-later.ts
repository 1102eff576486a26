import type { DeviceId } from '@nexqloud/kernel'
import { readDevice } from '@nexqloud/ledger'
import type { Logger } from 'pino'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import type { Sender } from '../transaction/sender.ts'
import { offerOf } from './await-active.ts'
import { isWorthAccepting } from './compare-scores.ts'
import type { Deliver } from './deliver.ts'
import { acceptScores } from './signed-call.ts'

/** What accepting later measurements takes. */
export type AcceptingLater = {
  readonly session: Session
  readonly device: DeviceId
  /** Opens the wallet of the owner. */
  readonly openSender: () => Promise<Sender>
  /** How the owner's word gets onto the chain. */
  readonly deliver: Deliver
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Between two looks at the chain: a device is measured about weekly. */
const LOOK_MS = 10_000

/** Accepts what an active device is measured with later, unless a score fell: that one is its owner's to decide. Goes on until the signal aborts. */
export async function acceptLater(parts: AcceptingLater, signal: AbortSignal): Promise<void> {
  const { clock } = parts.session.shell
  while (!signal.aborted) {
    await clock.delay(LOOK_MS, signal)
    if (signal.aborted) return
    try {
      await acceptOnce(parts)
    } catch (error) {
      // The chain may be away, and the agent works on.
      parts.log.warn({ err: error }, 'notAccepted')
    }
  }
}

async function acceptOnce({
  session,
  device,
  openSender,
  deliver,
  log,
}: AcceptingLater): Promise<void> {
  const record = await readChain(readDevice(session.ledger, device))
  if (record?.status !== 'active') return
  const scores = offerOf(record)
  if (scores === undefined || !isWorthAccepting(record.accepted, scores)) return
  await acceptScores(session, { sender: await openSender(), deliver }, { device, scores })
  log.info({ device, scores }, 'accepted')
}
