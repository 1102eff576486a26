import type { Address } from '@nexqloud/kernel'
import { runwayThresholds } from '@nexqloud/rules'

import { formatFields, printResult, type Field } from '../fields.ts'
import type { ReadOptions } from '../option.ts'
import { openSession, resolveArgument, showAccount, type Session } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showDollars, showNxq, showSpan, showTime } from '../unit.ts'
import { limitFields } from './limits.ts'

/** An account and what follows from it now. */
type AccountState = Awaited<ReturnType<Session['ledger']['leases']['read']['account']>> & {
  readonly reserved: bigint
  /** Below 0 the account is insolvent. */
  readonly spendable: bigint
  /** Seconds until nothing is spendable; absent while nothing runs. */
  readonly runway?: bigint
  readonly masternodes: readonly number[]
}

/** What the contract answers as the runway of an account where nothing runs. */
const forever = 2n ** 256n - 1n

/** Shows an account: what it has, what claims it, and its limits. */
export async function showAccountOf(
  wanted: string | undefined,
  options: ReadOptions,
  shell: Shell,
): Promise<void> {
  const session = await openSession(options, shell)
  const account = resolveArgument(session, wanted, 'account show')
  const state = await readAccount(session, account)
  printResult(
    {
      document: { account, ...documentOf(state) },
      lines: formatFields([['account', showAccount(session, account)], ...fieldsOf(state)]),
    },
    { printer: shell.printer, json: options.json },
  )
}

async function readAccount({ ledger, shell }: Session, address: Address): Promise<AccountState> {
  const { leases } = ledger
  const block = await ledger.client.getBlock()
  // A chain without work has no new block: a moment ahead of it is asked for, since views take no time that has passed.
  const now = BigInt(Math.floor(shell.clock.wallMs() / 1000))
  const time = now > block.timestamp ? now + 1n : block.timestamp + 1n
  const [account, reserved, spendable, runway] = await Promise.all([
    leases.read.account([address]),
    leases.read.reservedAt([address, time]),
    leases.read.spendableAt([address, time]),
    leases.read.runwayAt([address, time]),
  ])
  const masternodes = await readApproved(ledger, { address, approvals: account.approvals })
  const known = runway === forever ? {} : { runway }
  return { ...account, reserved, spendable, ...known, masternodes }
}

/** The account counts its approvals only, so every masternode that has a seat is asked about. */
async function readApproved(
  { leases, masternodes }: Session['ledger'],
  { address, approvals }: { readonly address: Address; readonly approvals: bigint },
): Promise<readonly number[]> {
  if (approvals === 0n) return []
  const taken = await masternodes.read.admittedSeats()
  const seats = Array.from({ length: 256 }, (_, seat) => seat).filter(
    (seat) => ((taken >> BigInt(seat)) & 1n) === 1n,
  )
  const ids = await Promise.all(seats.map((seat) => masternodes.read.inSeat([seat])))
  const answers = await Promise.all(ids.map((id) => leases.read.isApproved([address, id])))
  return ids.filter((_, index) => answers[index])
}

function fieldsOf(state: AccountState): readonly Field[] {
  const { leaving, leavingSince, runway, masternodes } = state
  return [
    ['balance', showNxq(state.balance)],
    ['spendable', showNxq(state.spendable)],
    ['reserved', showNxq(state.reserved)],
    ['buffers', showNxq(state.buffers)],
    ['holds', showNxq(state.holds)],
    ['charged', showNxq(state.charged)],
    [
      'leaving',
      leaving === 0n ? showNxq(0n) : `${showNxq(leaving)} since ${showTime(leavingSince)}`,
    ],
    ...limitFields(state),
    ['running now', `${showDollars(state.rateSum)} an hour`],
    ['lasts for', runwayText(runway)],
    ['approved', masternodes.length === 0 ? 'nobody' : `masternode ${masternodes.join(', ')}`],
  ]
}

/** Returns how long an account lasts, and where that is soon over, what happens then. */
export function runwayText(runway: bigint | undefined): string {
  if (runway === undefined) return 'ever: nothing runs'
  const span = showSpan(runway)
  if (runway >= BigInt(runwayThresholds[0])) return span
  return `${span}; then instances stop, those of the lowest priority and the newest first`
}

function documentOf(state: AccountState) {
  return {
    balanceWei: state.balance,
    spendableWei: state.spendable,
    reservedWei: state.reserved,
    buffersWei: state.buffers,
    holdsWei: state.holds,
    chargedWei: state.charged,
    leavingWei: state.leaving,
    leavingSince: state.leaving === 0n ? null : state.leavingSince,
    maxTotalWei: state.maxTotal,
    maxRateMicroUsdPerHour: state.maxRate,
    rateMicroUsdPerHour: state.rateSum,
    runwaySeconds: state.runway ?? null,
    masternodes: state.masternodes,
  }
}
