import { accountOf, BaseError, parseInstanceKey } from '@nexqloud/kernel'
import { hexToString } from 'viem'

import { formatFields, printResult } from '../fields.ts'
import { isDnsLabel } from '../instance/dns-label.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showDollars, showNxq, showTime } from '../unit.ts'

/** An instance never had a lease. */
class LeaseAbsentError extends BaseError {
  constructor(instance: string) {
    super(`There was never a lease of the instance ${instance}.`, {
      code: 'LEASE_ABSENT',
      kind: 'notFound',
      hint: 'Check the 64 hex digits: the first 40 are the account, the others the number.',
    })
  }
}

/** No masternode opens leases yet, so that an instance has none by its name. */
class LeaseUnopenedError extends BaseError {
  constructor(name: string) {
    super(`${name} has no lease: masternodes open none yet, and nothing is billed for it.`, {
      code: 'LEASE_UNOPENED',
      kind: 'notFound',
      hint: `nexqloud describe ${name} shows the instance. A lease that was opened on the chain by hand is named by 64 hex digits, the account and then a number.`,
    })
  }
}

/** Shows the newest lease of an instance. */
export async function showLease(text: string, options: ReadOptions, shell: Shell): Promise<void> {
  if (isDnsLabel(text)) throw new LeaseUnopenedError(text)
  const instance = parseInstanceKey(text)
  const session = await openSession(options, shell)
  const { leases, prices } = session.ledger
  const token = await readChain(leases.read.lastToken([instance]))
  if (token === 0n) throw new LeaseAbsentError(instance)
  const lease = await readChain(leases.read.lease([instance, token]))
  const kind = hexToString((await readChain(prices.read.kind([lease.kind]))).name, { size: 32 })
  const account = accountOf(instance)
  const { device, rate, from, end, reserve, opener, beneficiary } = lease
  const isOpen = end === 0
  printResult(
    {
      document: {
        instance,
        account,
        token,
        device,
        kind,
        isOpen,
        rateMicroUsdPerHour: rate,
        from,
        end: isOpen ? null : end,
        reserveWei: reserve,
        opener,
        beneficiary,
      },
      lines: formatFields([
        ['instance', instance],
        ['account', showAccount(session, account)],
        ['token', token.toString()],
        ['device', device.toString()],
        ['kind', kind],
        ['rate', `${showDollars(BigInt(rate))} an hour`],
        ['billed until', showTime(from)],
        ['state', isOpen ? 'open' : `closed ${showTime(end)}`],
        [isOpen ? 'buffer' : 'hold', showNxq(reserve)],
        ['opened by', `masternode ${opener}`],
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
