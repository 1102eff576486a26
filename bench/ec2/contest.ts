import { median, type Measure, type Sample } from '../src/index.ts'
import { startMoto, startOurs } from './contestants.ts'
import { loadEc2, type Ec2Plan } from './load-ec2.ts'

/** Returns the cases of a contest of ours with moto's server. */
export function contestOf(plan: Ec2Plan) {
  return {
    ours: (measure: Measure) => loadEc2(measure, startOurs, plan),
    rival: (measure: Measure) => loadEc2(measure, startMoto, plan),
  }
}

type Samples = { readonly ours: readonly Sample[]; readonly rival: readonly Sample[] }

/** Returns how a fact of both compares with a goal: ours is to be so many times the rival's. */
export function compare(fact: string, { ours, rival }: Samples, atLeast: number) {
  const pick = ({ facts }: Sample): number => Number(facts[fact])
  const goal = { figure: 'ratio', atLeast } as const
  return { ours: median(ours, pick), rival: median(rival, pick), goal }
}
