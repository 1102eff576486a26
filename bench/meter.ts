import { createOpenCloseWorkload } from './chain/lease-workload.ts'
import { runStages } from './chain/run-stages.ts'
import { runMeterOnChain, type MeterPlan } from './meter/run-meter.ts'
import { defineBench, median, type Sample } from './src/index.ts'

const PLAN: MeterPlan = { tenants: 100, instances: 10_000, replaced: 100, minutes: 10 }
const OPERATIONS = PLAN.replaced * PLAN.minutes
/** Of the chain alone. */
const LEASES = 500

/**
 * The meter of a masternode and its chain, end to end, beside the chain alone on the same machine. All of it is the real one, in one process: meter, objects in the
 * embedded API's store, JSON-RPC over HTTP, contracts, durable blocks. The time is simulated, and all of a minute's replacements come at once; writing
 * them into the API is not counted, all that follows is. A hundred tenants have a hundred instances each.
 *
 * Medians of three, on two cores with a load of 5 to 12: 111 operations a CPU-second, beside 565 of the chain alone: 0.2, where 0.7 is the goal.
 *
 * What was learned here (CPU-seconds a minute, on two busy cores):
 * - A meter that reads everything each second took 16.6; one that reads what changed takes 2 to 2.7.
 * - To have the node estimate each batch took three to six times what executing it does; the gas is known, and taken along.
 * - With nothing to be done it takes 0.4: the head of the chain each second, and what accounts have.
 * - Ten tenants instead of a hundred take 1.1 instead of more than 2: the rest is what each account has after it changed, three calls of its own on the
 *   thread that simulates. The chain's own part is 0.4. So the goal needs a view of the contract that answers for many accounts at once, and
 *   a cheaper look where nothing happened.
 */
export const bench = defineBench({
  description: `Leases of ${PLAN.instances.toLocaleString('en')} instances, 1 % of them replaced a minute, from the Kubernetes API to durable blocks, against the chain alone.`,
  samples: 3,
  cases: {
    metered: (measure) => runMeterOnChain(measure, PLAN),
    alone: async (measure) => runStages(measure, await createOpenCloseWorkload(LEASES)),
  },
  judge: ({ metered, alone }) => {
    for (const sample of metered) assertKept(sample)
    return [
      {
        what: 'leases opened and closed by a meter, against the chain alone',
        unit: 'operations per CPU-second',
        ours: median(metered, (sample) => (2 * OPERATIONS) / cpuOf(sample)),
        rival: median(alone, (sample) => (2 * LEASES) / cpuOf(sample)),
        goal: { figure: 'ratio', atLeast: 0.7 },
      },
    ]
  },
})

function cpuOf({ facts }: Sample): number {
  return Number(facts['countedCpuSeconds'])
}

function assertKept({ facts }: Sample): void {
  const { leases, opened, closed } = facts
  if (leases === PLAN.instances && opened === OPERATIONS && closed === OPERATIONS) return
  throw new Error(`There were ${leases} leases at first; then ${opened} opened, ${closed} closed.`)
}
