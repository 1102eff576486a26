import { startMoto, startOurs } from './ec2/contestants.ts'
import { loadEc2, type Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench, median, type Sample } from './src/index.ts'

const plan: Ec2Plan = { instances: 1000, describes: 10, filtered: 30, launches: 20 }

/**
 * Our EC2-compatible API beside moto's server: AWS's own client, the same instances, asked for all of them, and by a filter that one of them passes. CPU time of the process that
 * serves, by proc(5).
 */
export const bench = defineBench({
  description: `DescribeInstances against moto's server, ${plan.instances} instances.`,
  samples: 3,
  cases: {
    ours: (measure) => loadEc2(measure, startOurs, plan),
    rival: (measure) => loadEc2(measure, startMoto, plan),
  },
  judge: ({ ours, rival }) => {
    const compare = (fact: string) => {
      const pick = ({ facts }: Sample): number => Number(facts[fact])
      const goal = { figure: 'ratio', atLeast: 20 } as const
      return { ours: median(ours, pick), rival: median(rival, pick), goal }
    }
    return [
      { what: 'all instances', unit: 'answers per CPU-second', ...compare('described') },
      { what: 'one of them, by a filter', unit: 'answers per CPU-second', ...compare('found') },
    ]
  },
})
