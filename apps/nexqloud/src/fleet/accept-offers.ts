import type { DeviceIndex } from '@nexqloud/ledger'

import { offerOf } from '../device/await-active.ts'
import { ownerCallToIntent } from '../device/owner-call.ts'
import { readOnce, signAcceptance } from '../device/signed-call.ts'
import { readChain } from '../session/read-chain.ts'
import type { Session } from '../session/session.ts'
import { sendBatch } from '../transaction/send-batch.ts'
import type { Sender } from '../transaction/sender.ts'
import type { FleetMember } from './register-fleet.ts'

/** Whose scores are accepted. */
export type Acceptances = {
  readonly sender: Sender
  readonly index: DeviceIndex
  readonly members: readonly FleetMember[]
}

/**
 * Accepts all scores that a fleet is offered, and returns how many of its devices may work.
 *
 * @throws as {@link sendBatch} does.
 */
export async function acceptOffers(
  session: Session,
  { sender, index, members }: Acceptances,
): Promise<number> {
  const found = await Promise.all(
    members.map(({ identity }) => readChain(index.find(identity.keyHash))),
  )
  const records = found.filter((record) => record !== undefined)
  const offers = records.flatMap((record) => {
    const scores = offerOf(record)
    return scores === undefined ? [] : [{ device: record.id, scores }]
  })
  if (offers.length > 0) {
    const { nonce, deadline } = await readOnce(session, sender)
    const calls = await Promise.all(
      offers.map((offer, at) =>
        signAcceptance(session, sender, { ...offer, nonce: nonce + BigInt(at), deadline }),
      ),
    )
    await sendBatch(session, { sender, intents: calls.map(ownerCallToIntent) })
  }
  const waited = new Set(offers.map(({ device }) => device))
  return records.filter(({ id, status }) => status === 'active' || waited.has(id)).length
}
