import { parseAddress, parseMasternodeId, type Address, type MasternodeId } from '@nexqloud/kernel'

import { createCalendar, createLeaseBook, type LeaseBook } from '../../src/index.ts'
import type { Agenda } from './agenda.ts'
import type { Chance } from './chance.ts'
import { Outages } from './outages.ts'

/** Start of the year. */
export const genesisTime = 1_700_000_000
/** Of the main network. */
export const periodSeconds = 86_400
export const postingSeconds = 600
export const delaySeconds = 3600
export const firstPrice = 999_999_997_200n

/** Returns an account that nobody else is. */
export function addressOf(kind: number, number: number): Address {
  const digits = kind.toString(16).padStart(2, '0') + number.toString(16).padStart(38, '0')
  return parseAddress(`0x${digits}`)
}

export const priceSigners = Array.from({ length: 7 }, (_, place) => addressOf(0xee, place))

/** Who tells the network what it has to know, and closes what nobody else does. */
export const anybody = addressOf(0xaa, 1)

/** Returns the main network's book at its beginning. */
export function createMainBook(): LeaseBook {
  return createLeaseBook({
    calendar: createCalendar({ genesisTime, periodSeconds }),
    terms: { bufferSeconds: 3600, delaySeconds, closingRewardBps: 1000 },
    postingSeconds,
    priceTerms: { stepBps: 2000, quotesNeeded: 5 },
    firstPrice,
    shares: { ownerBps: 5000, masternodeBps: 1000, reserveBps: 2000 },
  })
}

/** A masternode, and when it was down. */
export type Masternode = {
  readonly id: MasternodeId
  readonly signer: Address
  readonly outages: Outages
}

/** Between two crashes of a masternode, how long most take, and how long the bad ones do: seconds. */
const [CRASHES, CRASH, DISASTER] = [3 * 86_400, 1800, 36_000]

/** Returns masternodes that crash now and then. */
export function startMasternodes(
  count: number,
  { agenda, chance }: { readonly agenda: Agenda; readonly chance: Chance },
): readonly Masternode[] {
  return Array.from({ length: count }, (_, place) => {
    const [id, outages] = [parseMasternodeId(place + 1), new Outages()]
    const crash = (): void => {
      outages.begin(agenda.now)
      agenda.in(chance.until(chance.share() < 0.05 ? DISASTER : CRASH), () => {
        outages.end(agenda.now)
        agenda.in(chance.until(CRASHES), crash)
      })
    }
    agenda.in(chance.until(CRASHES), crash)
    return { id, signer: addressOf(0xbb, id), outages }
  })
}
