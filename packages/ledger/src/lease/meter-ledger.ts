import {
  inParts,
  parseAddress,
  parseInstanceKey,
  parseMasternodeId,
  type Address,
  type Clock,
} from '@nexqloud/kernel'
import {
  earliestStart,
  itemRefusals,
  type Calendar,
  type LeaseOpening,
  type LeaseRef,
  type ListedKind,
  type OpeningTerms,
} from '@nexqloud/rules'
import { encodeFunctionData, parseEventLogs, type Hex, type Log } from 'viem'

import { ContractRefusalError } from '../errors.ts'
import * as contracts from '../generated/index.ts'
import type { Ledger } from '../ledger.ts'
import { readCalendar } from '../registry/calendar.ts'
import { explained } from '../registry/device.ts'
import { readListedKinds } from '../registry/listed-kinds.ts'
import { LeaseFollower } from './lease-follower.ts'
import { leaseGas } from './lease-gas.ts'
import { createFundsReader } from './read-funds.ts'

/** What a masternode meters by. */
export type MeterLedgerParts = {
  readonly ledger: Pick<
    Ledger<undefined>,
    'client' | 'leases' | 'masternodes' | 'prices' | 'settlement'
  >
  /** The masternode's hot key. */
  readonly signer: Address
  /** Sends in the masternode's name; resolves once it is in a block. */
  readonly send: (wanted: {
    readonly to: Address
    readonly data: Hex
    /** Enough, as far as is known. */
    readonly gas: bigint
  }) => Promise<{ readonly logs: Log[] }>
  readonly clock: Pick<Clock, 'wallMs' | 'steadyMs'>
  /** Whether a block has shown that the clock is right. */
  readonly isTimeProven: () => boolean
}

const { address, abi } = contracts.leases

/** Leases in one transaction: an opening takes some 150,000 gas of a block's 30 million. */
const AT_ONCE = 100
/** A transaction is in a block a moment after it was sent: the first second that it takes is later by then. */
const SENDING_SECONDS = 5
/** Kinds and terms change by a vote, of which an event tells; whatever it is, they are asked for after so long. */
const TERMS_MS = 3_600_000

/** An opening that the chain did not take, by its word for why. */
type RefusedOpening = { readonly opening: LeaseOpening; readonly reason: string }

/** A closing that the chain did not take, by its word for why. */
type RefusedClosing = { readonly lease: LeaseRef; readonly reason: string }

type Terms = { readonly kinds: readonly ListedKind[]; readonly opening: OpeningTerms }

/** Returns the leases on the chain, which this masternode opens and closes in its own name, as the port of its meter has them. */
export function createMeterLedger(parts: MeterLedgerParts) {
  const { ledger, clock, isTimeProven } = parts
  const follower = new LeaseFollower(parts)
  let calendar: Promise<Calendar> | undefined
  let known:
    | { readonly terms: Terms; readonly version: number; readonly untilMs: number }
    | undefined

  /** It never changes. */
  async function readCalendarOnce(): Promise<Calendar> {
    calendar ??= readCalendar(ledger)
    try {
      return await calendar
    } catch (failure) {
      calendar = undefined
      throw failure
    }
  }

  async function readTerms(): Promise<Terms> {
    const version = follower.termsVersion
    const isOld = known === undefined || known.untilMs <= clock.steadyMs()
    if (known === undefined || isOld || known.version !== version) {
      const terms = await askTerms(ledger, await readCalendarOnce())
      known = { terms, version, untilMs: clock.steadyMs() + TERMS_MS }
    }
    return known.terms
  }

  return {
    read: async () => {
      const { id, timestamp } = await follower.catchUp()
      const { kinds, opening } = await readTerms()
      const now = Math.max(clock.wallMs() / 1000, timestamp)
      const at = Math.floor(now) + SENDING_SECONDS
      const isActive = id !== 0 && isTimeProven()
      const masternode = isActive ? parseMasternodeId(id) : undefined
      const { leases, changes } = follower.book
      const start = earliestStart(opening, at)
      return { masternode, leases, changes, kinds, earliestStart: start, blockTime: timestamp }
    },
    readFunds: createFundsReader({ ledger, follower, readCalendar: readCalendarOnce, clock }),
    ...createLeaseWriter(parts),
  }
}

function createLeaseWriter({ send }: Pick<MeterLedgerParts, 'send'>) {
  const write = (data: Hex, gas: bigint) => send({ to: parseAddress(address), data, gas })
  return {
    close: async (leases: readonly LeaseRef[]) => {
      const refused = inParts(leases, AT_ONCE).map(async (part) => {
        const data = encodeFunctionData({ abi, functionName: 'close', args: [part] })
        return findRefusedClosings(part, (await write(data, leaseGas('close', part.length))).logs)
      })
      return (await Promise.all(refused)).flat()
    },
    open: async (openings: readonly LeaseOpening[]) => {
      const refused = inParts(openings, AT_ONCE).map(async (part) => {
        const data = encodeFunctionData({ abi, functionName: 'open', args: [part] })
        try {
          const { logs } = await write(data, leaseGas('open', part.length))
          return findRefusedOpenings(part, logs)
        } catch (failure) {
          // It may be days until the price is firm: who takes that for a chain that is away pays for each try.
          if (!isNotFirm(failure)) throw failure
          return part.map((opening) => ({ opening, reason: 'PriceNotFirm' }))
        }
      })
      return (await Promise.all(refused)).flat()
    },
  }
}

function isNotFirm(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined
  return [failure, cause].some(
    (each) => each instanceof ContractRefusalError && each.errorName === 'LeasesPriceNotFirm',
  )
}

function findRefusedOpenings(
  openings: readonly LeaseOpening[],
  logs: Log[],
): readonly RefusedOpening[] {
  return parseEventLogs({ abi, eventName: 'OpeningRefused', logs }).flatMap(({ args }) => {
    const opening = findNamed(openings, args)
    return opening === undefined ? [] : [{ opening, reason: wordOf(args.reason) }]
  })
}

function findRefusedClosings(leases: readonly LeaseRef[], logs: Log[]): readonly RefusedClosing[] {
  return parseEventLogs({ abi, eventName: 'ClosingRefused', logs }).flatMap(({ args }) => {
    const lease = findNamed(leases, args)
    return lease === undefined ? [] : [{ lease, reason: wordOf(args.reason) }]
  })
}

function findNamed<Of extends LeaseRef>(
  sent: readonly Of[],
  { instance, token }: { readonly instance: Hex; readonly token: bigint },
): Of | undefined {
  const key = parseInstanceKey(instance)
  return sent.find((each) => each.instance === key && each.token === token)
}

function wordOf(refusal: number): string {
  return itemRefusals[refusal] ?? `refusal ${refusal}`
}

async function askTerms(
  { leases, prices }: Pick<MeterLedgerParts['ledger'], 'leases' | 'prices'>,
  calendar: Calendar,
): Promise<Terms> {
  const [{ delaySeconds }, postingSeconds, kinds] = await Promise.all([
    explained(leases.read.terms()),
    explained(leases.read.postingSeconds()),
    readListedKinds({ prices }),
  ])
  return {
    opening: { calendar, delaySeconds, postingSeconds: Number(postingSeconds) },
    kinds,
  }
}
