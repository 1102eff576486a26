import { expect, test } from 'vitest'

import { committedIn, simulate } from './year/simulated-year.ts'

/** How many days; a whole year takes some four minutes, and was lived through when this was written. */
const howLong = Number(process.env['NEXQLOUD_TEST_YEAR_DAYS'] ?? 21)
/** Milliseconds; a day takes two seconds beside other work. */
const timeout = 60_000 + howLong * 10_000

/**
 * The main network. The churn is what users of one that rents out people's computers report: of 100 replicas 1.1 are lost in an
 * hour, and one is wanted for 60 hours on average.
 */
const network = {
  seed: 7,
  days: howLong,
  devices: 2000,
  instances: 5000,
  tenants: 500,
}

test(
  `${howLong} days of churn, crashes, lies, empty accounts and moving prices loses no wei, and bills no dark second`,
  { timeout },
  () => {
    const outcome = simulate(network)
    const { money, days, tenancy, fleet } = outcome
    const { deposited, withdrawn, credited, paid, rewarded } = money.flows
    expect(money.heldInAll()).toBe(deposited + credited - withdrawn - paid - rewarded)
    expect(money.shared).toBe(paid)
    expect(days.every(({ rewards, pot }) => rewards === pot)).toBe(true)
    expect(committedIn(outcome).filter((wei) => wei !== 0n)).toEqual([])
    const sumOf = (of: (day: (typeof days)[number]) => number) =>
      days.reduce((sum, day) => sum + of(day), 0)
    const [billed, ran] = [sumOf((day) => day.billedSeconds), sumOf((day) => day.ranSeconds)]
    // The rest is what ran while the price was not firm, or no masternode was up.
    expect(billed / ran).toBeGreaterThan(0.95)
    for (const count of Object.values(tenancy.counts)) expect(count).toBeGreaterThan(0)
    process.stdout.write(
      `${money.steps} steps: ${fleet.losses} devices lost with ${tenancy.counts.lost} instances, ${tenancy.counts.opened} leases opened, ${tenancy.counts.refused} refused, ${tenancy.counts.frozen} instances stopped for want of money, ${tenancy.counts.closedByStrangers} leases closed by strangers; ${((100 * billed) / ran).toFixed(3)} % of what ran is billed\n`,
    )
  },
)
