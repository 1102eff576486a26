import { accountOf } from '@nexqloud/kernel'
import { hexToString } from 'viem'

import { formatFields, printResult } from '../fields.ts'
import { isDnsLabel } from '../instance/dns-label.ts'
import type { InstanceOptions } from '../instance/instance-session.ts'
import type { ReadOptions } from '../option.ts'
import { readChain } from '../session/read-chain.ts'
import { openSession, showAccount } from '../session/session.ts'
import type { Shell } from '../shell.ts'
import { showDollars, showNxq, showTime } from '../unit.ts'
import { LeaseAbsentError, LeaseUnopenedError } from './errors.ts'
import { findInstance } from './instance-key.ts'

/** Shows the newest lease of an instance. */
export async function showLease(
  text: string,
  options: ReadOptions & InstanceOptions,
  shell: Shell,
): Promise<void> {
  const { key: instance, frozen } = await findInstance(text, options, shell)
  const session = await openSession(options, shell)
  const { leases, prices } = session.ledger
  const token = await readChain(leases.read.lastToken([instance]))
  if (token === 0n) {
    throw isDnsLabel(text) ? new LeaseUnopenedError(text) : new LeaseAbsentError(instance)
  }
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
        ...(frozen !== undefined && { frozen }),
      },
      lines: formatFields([
        ['instance', instance],
        ['account', showAccount(session, account)],
        ['token', token.toString()],
        ['device', device.toString()],
        ['kind', kind],
        ['rate', `${showDollars(BigInt(rate))} an hour`],
        ['unbilled since', showTime(from)],
        ['state', isOpen ? 'open' : `closed ${showTime(end)}`],
        [isOpen ? 'buffer' : 'hold', showNxq(reserve)],
        ['opened by', `masternode ${opener}`],
        ...(frozen === undefined ? [] : [['frozen', frozen.message] as const]),
      ]),
    },
    { printer: shell.printer, json: options.json },
  )
}
