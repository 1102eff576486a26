import { WEI_PER_NXQ, type Address } from '@nexqloud/kernel'

import { readKeyPrice } from '../device/choose-key.ts'
import { findWallet } from '../keystore/keyring.ts'
import { makeNetworkKey } from '../network/founder-keys.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { nextBlock } from '../transaction/intent.ts'
import { sendBatch } from '../transaction/send-batch.ts'
import { openWallet } from '../transaction/sender.ts'

/** A fleet that is to be started. */
export type FleetWish = {
  /** Of the fleet, and of the key that owns it. */
  readonly name: string
  readonly devices: number
}

/** A fleet's owner pays for fees, and may have 16 transactions waiting for each NXQ that it owns: source `standing.ts` of the chain. */
const PURSE_WEI = 70n * WEI_PER_NXQ

/** Full blocks have a price, also for a masternode, which draws and measures: some thousands of transactions. */
const MASTERNODE_WEI = 10n * WEI_PER_NXQ

/** Makes the owner of each fleet, and sees to it that it can pay for its digital keys, and the masternode for measuring: the local network's faucet gives what is missing. */
export async function fundFleets(
  fleets: readonly FleetWish[],
  { folder, shell }: { readonly folder: string; readonly shell: Shell },
): Promise<void> {
  const owners: { readonly fleet: FleetWish; readonly owner: Address }[] = []
  for (const fleet of fleets) {
    owners.push({ fleet, owner: await makeNetworkKey(folder, fleet.name) })
  }
  const session = await openSession({ data: folder }, shell)
  const priceWei = await readKeyPrice(session.ledger)
  const gifts = await Promise.all(
    owners.map(async ({ fleet, owner }) => {
      const value = await findMissing(session, owner, { ...fleet, priceWei })
      return value > 0n ? [{ to: owner, value }] : []
    }),
  )
  const { address } = findWallet(session.keyring, 'masternode')
  const purse = await session.ledger.client.getBalance({ address, ...nextBlock })
  const fees = purse < MASTERNODE_WEI ? [{ to: address, value: MASTERNODE_WEI }] : []
  const sender = await openWallet(session, findWallet(session.keyring, 'faucet'), {})
  await sendBatch(session, { sender, intents: [...fees, ...gifts.flat()] })
}

type Costs = Pick<FleetWish, 'devices'> & { readonly priceWei: bigint }

/** Twice what its keys cost now: what is paid too much comes back, but has to be there. */
async function findMissing(
  { ledger }: Session,
  owner: Address,
  { devices, priceWei }: Costs,
): Promise<bigint> {
  const [held, balance] = await Promise.all([
    readChain(ledger.digitalKeys.read.balanceOf([owner])),
    ledger.client.getBalance({ address: owner, ...nextBlock }),
  ])
  const wanted = BigInt(devices) - held
  if (wanted <= 0n) return 0n
  return wanted * priceWei * 2n + PURSE_WEI - balance
}
