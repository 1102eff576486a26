import { showDollars, showNxq, showTime } from '../unit.ts'
import type { Availability } from './availability.ts'
import { showLabel, type LabelCost } from './cost-by-label.ts'
import type { Receipt } from './receipt.ts'

const style = `
  body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left; }
  td.amount, th.amount { text-align: right; font-variant-numeric: tabular-nums; }
  code { font-size: 12px; overflow-wrap: anywhere; }
  tfoot td { font-weight: bold; }
  @media print { body { margin: 0; } }`

/** Returns a receipt as an HTML page that can be printed: no script, nothing from elsewhere. */
export function receiptPage(
  { account, month, rows, seconds, paid, shortfall }: Receipt,
  availability: Availability,
  costs: readonly LabelCost[] = [],
): string {
  const body = rows.map(
    (row) => `      <tr>
        <td><code>${escapeHtml(row.instance)}</code></td>
        <td>${row.token}</td>
        <td>${escapeHtml(row.kind)}</td>
        <td>${row.device}</td>
        <td class="amount">${showDollars(row.rate)}</td>
        <td class="amount">${row.seconds}</td>
        <td class="amount">${showNxq(row.paid)}</td>
      </tr>`,
  )
  const short =
    shortfall === 0n
      ? ''
      : `\n  <p>${showNxq(shortfall)} more would have been due. The account had not so much, and they are never collected.</p>`
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>NexQloud receipt ${escapeHtml(month)}</title>
  <style>${style}
  </style>
</head>
<body>
  <h1>Receipt for ${escapeHtml(month)}</h1>
  <p>Account <code>${escapeHtml(account)}</code>. Paid for the seconds in which witnesses saw an instance run, and no others.</p>
  <table>
    <thead>
      <tr><th>Instance</th><th>Lease</th><th>Kind</th><th>Device</th><th class="amount">Rate an hour</th><th class="amount">Seconds</th><th class="amount">Paid</th></tr>
    </thead>
    <tbody>
${body.join('\n')}
    </tbody>
    <tfoot>
      <tr><td colspan="5">Together</td><td class="amount">${seconds}</td><td class="amount">${showNxq(paid)}</td></tr>
    </tfoot>
  </table>${short}${costTable(costs)}${availabilityPart(availability, paid)}
</body>
</html>`
}

function costTable(costs: readonly LabelCost[]): string {
  if (costs.length === 0) return ''
  const body = costs.map(
    ({ value, leases, seconds, paid }) => `      <tr>
        <td>${escapeHtml(showLabel(value))}</td>
        <td class="amount">${leases}</td>
        <td class="amount">${seconds}</td>
        <td class="amount">${showNxq(paid)}</td>
      </tr>`,
  )
  return `
  <h2>By label</h2>
  <table>
    <thead>
      <tr><th>Label</th><th class="amount">Leases</th><th class="amount">Seconds</th><th class="amount">Paid</th></tr>
    </thead>
    <tbody>
${body.join('\n')}
    </tbody>
  </table>`
}

function availabilityPart({ rows, credits, credited }: Availability, paid: bigint): string {
  if (rows.length === 0 && credits.length === 0) return ''
  const seen = rows.map(
    (row) => `
      <tr><td><code>${escapeHtml(row.instance)}</code></td><td class="amount">${row.seenSeconds}</td><td class="amount">${row.waitedSeconds}</td><td class="amount">${row.availability}</td></tr>`,
  )
  const given = credits.map(
    (credit) => `
  <p>${showNxq(credit.amount)} were credited for <code>${escapeHtml(credit.instance)}</code> and the 30 days from ${showTime(credit.monthStart)}, by the settlement of period ${credit.period}, in the transaction <code>${escapeHtml(credit.transaction)}</code>.</p>`,
  )
  return `
  <h2>Availability</h2>
  <table>
    <thead>
      <tr><th>Instance</th><th class="amount">Seconds seen</th><th class="amount">Seconds waited for a device</th><th class="amount">Available</th></tr>
    </thead>
    <tbody>${seen.join('')}
    </tbody>
  </table>${given.join('')}
  <p>Paid less what was credited: ${showNxq(paid - credited)}.</p>`
}

/** Names of kinds are what a vote says. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
