import { setTimeout as wait } from 'node:timers/promises'

import { startIdleDevice } from './idle/idle-device.ts'
import { costOfTree, findProcess, type Cost } from './idle/process-tree.ts'
import { followAddresses, launchInstance, removeInstance } from './launch/launch-instance.ts'
import { startNetwork } from './launch/network.ts'
import { defineBench, median, type Case, type Facts, type Sample } from './src/index.ts'

/** What it did at its start is over by then. */
const SETTLE_SECONDS = 60
const SECONDS = 60

/**
 * What an agent costs that has one container and nothing to do: on a network as `nexqloud up` starts it, by `nexqloud device run`,
 * linked to a masternode, with its owner minded twice a second. Beside it stands what the engine costs that it uses: dockerd,
 * containerd and their shims, for the same container and others. A k3s agent has 275 MB, as its makers say
 * (docs.k3s.io/reference/resource-profiling).
 *
 * On two cores that others used, too, on 2026-11-26: 0.566 % of a core beside a dockerd at 0.550; then, once nft was not started each ten seconds for a
 * firewall that stood, nor the limits read each second that nobody had changed, 0.400 % beside one at 0.167, in 67.5 MB. How busy others are
 * moves both: in between it was 0.716 beside 0.233 with the limits alone changed.
 */
export const bench = defineBench({
  description: `An agent with one container for ${SECONDS} s, and the Docker that it uses.`,
  samples: 1,
  cases: { both: idleTogether() },
  judge: ({ both }) => {
    const fact = (name: string) => median(both, ({ facts }: Sample) => Number(facts[name]))
    return [
      {
        what: 'memory of an idle agent (PSS), beside dockerd',
        unit: 'MB',
        ours: fact('oursMegabytes'),
        rival: fact('rivalMegabytes'),
        goal: { figure: 'ours', atMost: 75 },
      },
      {
        what: 'CPU of an idle agent, beside dockerd',
        unit: '% of a core',
        ours: fact('oursPercent'),
        rival: fact('rivalPercent'),
        goal: { figure: 'ours', atMost: 0.5 },
      },
    ]
  },
})

function idleTogether(): Case {
  return async (measure): Promise<Facts> => {
    const network = await startNetwork()
    const over = new AbortController()
    try {
      const { pid, stop } = await startIdleDevice(network)
      try {
        const { client, image, engineSocket } = network
        const addressOf = await followAddresses(client, over.signal)
        await launchInstance(client, { name: 'idle', image }, addressOf)
        await wait(SETTLE_SECONDS * 1000)
        const engine = findProcess(['dockerd', engineSocket])
        const facts = await measure(() => watch({ ours: pid, rival: engine }))
        await removeInstance(client, 'idle')
        return facts
      } finally {
        await stop()
      }
    } finally {
      over.abort()
      await network.close()
    }
  }
}

async function watch(pids: { readonly ours: number; readonly rival: number }): Promise<Facts> {
  const look = () => ({ ours: costOfTree(pids.ours), rival: costOfTree(pids.rival) })
  const startMs = performance.now()
  const before = look()
  await wait(SECONDS * 1000)
  const after = look()
  const seconds = (performance.now() - startMs) / 1000
  const percent = (from: Cost, to: Cost): number =>
    (100 * (to.cpuSeconds - from.cpuSeconds)) / seconds
  return {
    oursMegabytes: Math.max(before.ours.pssBytes, after.ours.pssBytes) / 1e6,
    rivalMegabytes: Math.max(before.rival.pssBytes, after.rival.pssBytes) / 1e6,
    oursPercent: percent(before.ours, after.ours),
    rivalPercent: percent(before.rival, after.rival),
  }
}
