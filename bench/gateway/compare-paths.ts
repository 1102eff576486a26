import { assertCostsKnown } from '../chain/process-cost.ts'
import { median, type Case, type Result, type Sample } from '../src/index.ts'
import { BULK_BYTES } from './nginx.ts'
import { cpuSecondsOfAll } from './part.ts'
import { withPath, type BuildPath, type Path } from './paths.ts'
import { runWrk, type Load } from './run-wrk.ts'

const SECONDS = 3

/** Before that, what is hot has been compiled: a tenth of the first seconds' CPU time is the compiler's. */
const WARM_SECONDS = 3

/** Returns a case that loads a path with small requests, then with large files. */
export function loading(build: BuildPath): Case {
  return (measure) => {
    assertCostsKnown()
    return withPath(build, async (path) => {
      const small = { port: path.port, path: '/small', connections: 50 }
      const bulk = { port: path.port, path: '/bulk', connections: 8 }
      await runWrk({ ...small, seconds: WARM_SECONDS })
      const requests = await measure(() => perCpuSecond(path, { ...small, seconds: SECONDS }))
      await runWrk({ ...bulk, seconds: 1 })
      const files = await perCpuSecond(path, { ...bulk, seconds: SECONDS })
      return { requests, megabytes: (files * BULK_BYTES) / 1e6 }
    })
  }
}

async function perCpuSecond({ parts }: Path, load: Load): Promise<number> {
  const before = cpuSecondsOfAll(parts)
  const { requests } = await runWrk(load)
  return requests / (cpuSecondsOfAll(parts) - before)
}

/** The least ratios that are wanted. */
export type PathGoals = {
  readonly smallOfOneHop: number
  readonly smallOfTwoHops: number
  readonly bulkOfTwoHops: number
}

/** Compares a path of ours with one nginx, and with two of them. */
export function comparePaths(
  samples: Readonly<Record<'ours' | 'oneHop' | 'twoHops', readonly Sample[]>>,
  goals: PathGoals,
): readonly Result[] {
  const compare = (fact: string, rival: 'oneHop' | 'twoHops', atLeast: number) => ({
    ours: median(samples.ours, ({ facts }) => Number(facts[fact])),
    rival: median(samples[rival], ({ facts }) => Number(facts[fact])),
    goal: { figure: 'ratio', atLeast } as const,
  })
  const small = { unit: 'requests per CPU-second' }
  const bulk = { unit: 'MB per CPU-second' }
  return [
    {
      what: 'small, beside one nginx',
      ...small,
      ...compare('requests', 'oneHop', goals.smallOfOneHop),
    },
    {
      what: 'small, beside two nginx with TLS',
      ...small,
      ...compare('requests', 'twoHops', goals.smallOfTwoHops),
    },
    {
      what: '10 MB, beside two nginx with TLS',
      ...bulk,
      ...compare('megabytes', 'twoHops', goals.bulkOfTwoHops),
    },
  ]
}
