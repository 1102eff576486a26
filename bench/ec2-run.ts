import { startMoto, startOurs } from './ec2/contestants.ts'
import { loadEc2, type Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench, median, type Sample } from './src/index.ts'

const plan: Ec2Plan = { instances: 0, describes: 0, filtered: 0, launches: 300 }

/**
 * RunInstances beside moto's server, one instance each, with AWS's own client. What ours accepts is on the disk before it answers, moto keeps all in memory; machines are in memory in
 * both. CPU time of the process that serves, by proc(5).
 */
export const bench = defineBench({
  description: `RunInstances against moto's server, ${plan.launches} launches.`,
  samples: 3,
  cases: {
    ours: (measure) => loadEc2(measure, startOurs, plan),
    rival: (measure) => loadEc2(measure, startMoto, plan),
  },
  judge: ({ ours, rival }) => {
    const pick = ({ facts }: Sample): number => Number(facts['launched'])
    return [
      {
        what: 'launches accepted',
        unit: 'launches per CPU-second',
        ours: median(ours, pick),
        rival: median(rival, pick),
        goal: { figure: 'ratio', atLeast: 3 },
      },
    ]
  },
})
