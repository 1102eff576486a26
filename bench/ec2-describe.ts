import { compare, contestOf } from './ec2/contest.ts'
import type { Ec2Plan } from './ec2/load-ec2.ts'
import { defineBench } from './src/index.ts'

const plan: Ec2Plan = { instances: 1000, describes: 10, filtered: 1000, launches: 20 }

/**
 * Our EC2-compatible API beside moto's server: AWS's own client, the same instances, asked for all of them, and by a filter that one of them passes. CPU time of the process that
 * serves, by proc(5).
 *
 * Medians of three on two cores with a load of 1 to 2: all instances 5.56 to 0.255 answers a CPU-second (21.8); one by a filter, the first thousand left out, 1,667 to 73 (22.8).
 *
 * A filter that names ids has no others looked at, so that what is not of ours in it is most. An action that answers nothing took 0.34 to 0.46 ms (HTTP,
 * signature, form, XML). To sign with a key that was derived before takes one HMAC instead of five, an eighth; to read a body by events and not by an iterator another sixteenth.
 * By an address and a tag, 1,000 are looked through in 1.3 ms.
 */
export const bench = defineBench({
  description: `DescribeInstances against moto's server, ${plan.instances} instances.`,
  samples: 3,
  cases: contestOf(plan),
  judge: (samples) => [
    {
      what: 'all instances',
      unit: 'answers per CPU-second',
      ...compare('described', samples, 20),
    },
    {
      what: 'one of them, by a filter',
      unit: 'answers per CPU-second',
      ...compare('found', samples, 20),
    },
  ],
})
