import { startOurs, startTheirs } from './apiserver/api-servers.ts'
import { loadApi, type ApiPlan } from './apiserver/load-api.ts'
import { defineBench, median, type Goal, type Sample } from './src/index.ts'

const plan: ApiPlan = {
  pods: 10_000,
  patches: 5000,
  lists: 5,
  watchers: 50,
  watchedPatches: 500,
}

/**
 * Our embedded API beside etcd 3.6 with kube-apiserver 1.36, which are built from the Go module proxy once: the same client, the same
 * calls over TLS, 64 at once. CPU time and memory of all processes that serve, by proc(5); both wait for the disk at each write.
 *
 * What it cost before it was looked at: the client opened a connection for each call, whose TLS was five sixths of a create's
 * cost in our server, and hid that we need a sixth of what they need. Of our 280 MB at the highest 48 were V8's room for new
 * objects and 26 the parser that takes types off sources: `nexqloud` starts Node with half of the one and without the other. Of
 * what is left a quarter is the program's own file, a quarter what is kept. Theirs differs by a third from run to run.
 */
export const bench = defineBench({
  description: `The embedded Kubernetes API against etcd and kube-apiserver, ${plan.pods} pods.`,
  samples: 3,
  cases: {
    ours: (measure) => loadApi(measure, startOurs, plan),
    rival: (measure) => loadApi(measure, startTheirs, plan),
  },
  judge: ({ ours, rival }) => {
    const compare = (fact: string, goal: Goal) => {
      const pick = ({ facts }: Sample): number => Number(facts[fact])
      return { ours: median(ours, pick), rival: median(rival, pick), goal }
    }
    const fast = { figure: 'ratio', atLeast: 1 } as const
    return [
      { what: 'create', unit: 'pods per CPU-second', ...compare('created', fast) },
      { what: 'update (merge patch)', unit: 'pods per CPU-second', ...compare('patched', fast) },
      { what: 'list, pages of 500', unit: 'pods per CPU-second', ...compare('listed', fast) },
      {
        what: `watch: ${plan.watchedPatches} changes told to ${plan.watchers} watchers`,
        unit: 'events per CPU-second',
        ...compare('delivered', fast),
      },
      {
        what: `memory at ${plan.pods} pods, at its highest`,
        unit: 'MB',
        ...compare('megabytes', { figure: 'ratio', atMost: 0.333 }),
      },
    ]
  },
})
