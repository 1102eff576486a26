import { beatOurs, beatTheirs, type BeatPlan } from './heartbeat/beat.ts'
import { defineBench, median, type Sample } from './src/index.ts'

const plan: BeatPlan = { devices: 1000, seconds: 30, renewals: 5 }

/**
 * What it costs to know that a device is there: a masternode with 1,000 agents on real links that have nothing to do, beside
 * kube-apiserver and etcd, whose kubelets renew a Lease each. CPU time of the masternode's process, with all else that it does
 * meanwhile, and of both of theirs, by proc(5). A heartbeat of ours comes each 2 s, one of theirs each 10 s: it is counted what one
 * costs, not how often it comes.
 *
 * On two cores that others used, too: 9,770 heartbeats a CPU-second against 839; the masternode took 5.1 % of a core. It took 9 % while both ends of a
 * link pinged, each device was compared with its Node at every look at the registry, and each link had a loop of its own.
 * What is left is mostly the write of a pong.
 */
export const bench = defineBench({
  description: `Heartbeats of ${plan.devices} idle devices against Node Leases on kube-apiserver and etcd.`,
  samples: 3,
  cases: {
    ours: (measure) => beatOurs(measure, plan),
    rival: (measure) => beatTheirs(measure, plan),
  },
  judge: ({ ours, rival }) => {
    const pick = ({ facts }: Sample): number => Number(facts['perCpuSecond'])
    return [
      {
        what: `heartbeat, ${plan.devices} devices`,
        unit: 'heartbeats per CPU-second',
        ours: median(ours, pick),
        rival: median(rival, pick),
        goal: { figure: 'ratio', atLeast: 10 },
      },
      {
        what: `idle masternode, ${plan.devices} devices`,
        unit: 'cores',
        ours: median(ours, ({ facts }) => Number(facts['coreShare'])),
        goal: { figure: 'ours', atMost: 0.25 },
      },
    ]
  },
})
