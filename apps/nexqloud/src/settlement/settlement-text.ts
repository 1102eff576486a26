import type { Dissent } from '@nexqloud/rules'

import { formatFields, formatTable } from '../fields.ts'
import { showNxq, showTime } from '../unit.ts'
import { nameOf } from './find-differences.ts'
import type { SettledPeriod } from './settled-period.ts'
import type { Verdict } from './verify-period.ts'

/** Says what the chain says of a period: when it was, by which files and which root it was settled, what was paid so far. */
export function periodLines({
  accepted,
  record,
  payments,
  income,
}: SettledPeriod): readonly string[] {
  const { blocks, files, unheld, facts } = record
  const rewarded = sumOf(payments.rewards)
  const charged = payments.bills.reduce((sum, { paid }) => sum + paid, 0n)
  const shortfall = payments.bills.reduce((sum, bill) => sum + bill.shortfall, 0n)
  return formatFields([
    ['period', `${blocks.period}, ${showTime(blocks.startTime)} to ${showTime(blocks.endTime)}`],
    ['blocks', `${blocks.start.number} to ${blocks.end.number}`],
    ...files.map(({ masternode, hash }) => [`file of ${masternode}`, hash] as const),
    ...unheld.map(
      ({ masternode, hash }) =>
        [`file of ${masternode}`, `${hash}, which no quorum holds: it has no say`] as const,
    ),
    ['root', accepted.root],
    ['inputs', accepted.inputs],
    ['signatures', `${accepted.signatures}, final ${showTime(accepted.acceptedAt)}`],
    ['pot', showNxq(facts.pot)],
    ['rewards', showNxq(accepted.rewards)],
    ['paid so far', `${showNxq(rewarded)} to ${payments.rewards.length} devices`],
    ['bills', `${payments.bills.length} of ${record.leases.length} leases`],
    ['charged', showNxq(charged)],
    ...(shortfall > 0n
      ? [['short of', `${showNxq(shortfall)} that accounts had not`] as const]
      : []),
    ...(payments.credits.length === 0
      ? []
      : [
          [
            'credited',
            `${showNxq(sumOf(payments.credits))} to ${payments.credits.length} instances`,
          ] as const,
        ]),
    ['to owners', showNxq(income.owner)],
    ['to masternodes', showNxq(income.masternode)],
    ['to the reserve', showNxq(income.reserve)],
    ['to the network', showNxq(income.network)],
  ])
}

function sumOf(paid: readonly { readonly amount: bigint }[]): bigint {
  return paid.reduce((sum, { amount }) => sum + amount, 0n)
}

/** Says every amount that follows from the files, beside what was paid of it. */
export function leafLines({ settlement, payments }: Verdict): readonly string[] {
  const { rewards, bills, credits } = settlement.leaves
  const paidTo = new Map(payments.rewards.map((paid) => [paid.device, paid.amount]))
  const billed = new Map(payments.bills.map((bill) => [nameOf(bill), bill]))
  const rewardRows = rewards.map(({ device, account, amount, uptimeSeconds, scoreHundredths }) => [
    device.toString(),
    account,
    `${uptimeSeconds} s`,
    (scoreHundredths / 100).toFixed(2),
    showNxq(amount),
    paidTo.has(device) ? 'paid' : 'not paid yet',
  ])
  const billRows = bills.map((bill) => {
    const found = billed.get(nameOf(bill))
    const paid = found === undefined ? 'not billed yet' : showNxq(found.paid)
    return [bill.instance, bill.token.toString(), `${bill.seconds} s`, paid]
  })
  const creditRows = credits.map(({ instance, month, amount }) => [
    instance,
    month.toString(),
    showNxq(amount),
  ])
  return [
    ...(rewards.length === 0
      ? []
      : ['', ...formatTable([['DEVICE', 'OWNER', 'UP', 'SCORE', 'REWARD', ''], ...rewardRows])]),
    ...(bills.length === 0
      ? []
      : ['', ...formatTable([['INSTANCE', 'LEASE', 'RAN', 'PAID'], ...billRows])]),
    ...(credits.length === 0
      ? []
      : ['', ...formatTable([['INSTANCE', 'MONTH', 'CREDIT'], ...creditRows])]),
  ]
}

/** Says which witnesses the others outvoted. */
export function dissentLines(dissent: readonly Dissent[]): readonly string[] {
  return dissent.map(({ masternode, devices, mostMinutes, runs, mostSeconds }) => {
    const parts = [
      ...(devices > 0 ? [`${devices} devices by up to ${mostMinutes} minutes`] : []),
      ...(runs > 0 ? [`${runs} instances by up to ${mostSeconds} s`] : []),
    ]
    return `Masternode ${masternode} was outvoted about ${parts.join(', and ')}.`
  })
}

/** Says how it came out, in one line. */
export function verdictLine({ differences, settlement, payments }: Verdict): string {
  const [first, ...others] = differences
  if (first !== undefined) {
    const more = others.length === 0 ? '' : ` ${others.length} more differ.`
    return `It was not settled by its files: ${first.text}${more}`
  }
  const { rewards, bills, credits } = settlement.leaves
  const credited =
    credits.length === 0 ? '' : `, ${payments.credits.length} of ${credits.length} credits`
  const paid = `${payments.rewards.length} of ${rewards.length} rewards and ${payments.bills.length} of ${bills.length} bills${credited}`
  return `Root and inputs are those that follow from chain and files, and so is all that was paid: ${paid}.`
}
