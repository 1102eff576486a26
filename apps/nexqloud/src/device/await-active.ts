import type { DeviceId } from '@nexqloud/kernel'
import { readDevice, type DeviceRecord, type RawScores } from '@nexqloud/ledger'

import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import type { Sender } from '../transaction/sender.ts'
import type { Deliver } from './deliver.ts'
import { DeviceGoneError } from './errors.ts'
import { isNothing } from './scores-text.ts'
import { acceptScores } from './signed-call.ts'
import { readWaiting, type Waiting } from './waiting.ts'

/** How a device is brought to work. */
export type ActivationWish = {
  readonly device: DeviceId
  /** Opens the wallet of the owner; called only where it has to sign. */
  readonly openSender: () => Promise<Sender>
  /** How its word gets onto the chain. */
  readonly deliver: Deliver
  /** Whether the owner takes these scores. */
  readonly accepts: (scores: RawScores) => Promise<boolean>
  /** What it waits for; called at each look. */
  readonly onWait: (what: Waiting) => void
}

/** Between two looks. */
const LOOK_MS = 500

/**
 * Waits until a device is measured, has its scores accepted, and returns it once it is active. Returns it as it is where its
 * owner does not accept, or the signal aborts. An active device may have an offer, too.
 *
 * @throws {@link DeviceGoneError}, and as its {@link Deliver} does.
 */
export async function awaitActive(
  session: Session,
  wish: ActivationWish,
  signal: AbortSignal,
): Promise<DeviceRecord> {
  for (;;) {
    const record = await readChain(readDevice(session.ledger, wish.device))
    if (record === undefined) throw new DeviceGoneError(wish.device, 'unknown to the chain')
    if (record.status === 'retired') throw new DeviceGoneError(wish.device, record.status)
    const scores = offerOf(record)
    if (signal.aborted || (record.status === 'active' && scores === undefined)) return record
    if (scores === undefined) {
      wish.onWait(await readWaiting(session, record))
      await session.shell.clock.delay(LOOK_MS, signal)
      continue
    }
    if (!(await wish.accepts(scores))) return record
    const { device, deliver } = wish
    const owner = { sender: await wish.openSender(), deliver }
    await acceptScores(session, owner, { device, scores })
  }
}

/** Returns the scores that an owner may accept now: of a device that changed hands, also those that counted before. */
export function offerOf({ status, offered, accepted }: DeviceRecord): RawScores | undefined {
  if (status === 'suspended') return isNothing(offered) ? accepted : offered
  if (status === 'measured') return offered
  return status === 'active' && !isNothing(offered) ? offered : undefined
}
