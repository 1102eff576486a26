import { parseAddress } from '@nexqloud/kernel'
import { kinds, type KubeClient } from '@nexqloud/kube'
import { expect, onTestFinished } from 'vitest'

import { instances, isFrozen, type Instance } from '../src/heal/instance.ts'
import { runMeter } from '../src/meter/meter.ts'
import type { Notice, Notify } from '../src/meter/notice.ts'
import { annotations } from '../src/object/names.ts'
import { openCluster } from './cluster.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import { startNetwork } from './network.ts'

/** Who pays. */
export const account = `0x${'a'.repeat(40)}`

/** Opens a network of devices in memory, whose namespace `default` an account pays for, and a meter; both end with the test. */
export async function openMeterLab(others: Parameters<typeof createMemoryLedger>[1] = []) {
  const cluster = await openCluster()
  const { client, clock, signal } = cluster
  const failures: unknown[] = []
  const onFailure = (failure: unknown): void => void failures.push(failure)
  const network = startNetwork({ ...cluster, passMs: clock.pass })
  const ledger = createMemoryLedger(clock, others)
  const notices: (readonly [webhook: string, notice: Notice])[] = []
  const notify: Notify = (webhook, notice) => void notices.push([webhook, notice])
  const meters = new Set<{ readonly stop: () => Promise<void> }>()
  const start = (): void => {
    const over = new AbortController()
    const running = runMeter(
      { client, ledger, clock, onFailure, notify },
      AbortSignal.any([signal, over.signal]),
    )
    meters.add({
      stop: async () => {
        over.abort()
        await running
      },
    })
  }
  const assign = (value: string | null) =>
    client.patch(
      kinds.namespaces,
      { name: 'default' },
      { type: 'merge', body: { metadata: { annotations: { [annotations.account]: value } } } },
    )
  await assign(account)
  start()
  await clock.pass(0)
  onTestFinished(() => expect(failures).toEqual([]))
  return {
    ...cluster,
    ...network,
    network,
    failures,
    ledger,
    /** What was sent to webhooks. */
    notices,
    assign,
    start,
    nowSeconds: () => Math.floor(clock.wallMs() / 1000),
    /** Of the account that pays. */
    money: ledger.account(parseAddress(account)),
    ...describeNamespace(client),
    restart: async () => {
      const stopping = [...meters].map(({ stop }) => stop())
      meters.clear()
      await clock.pass(0)
      await Promise.all(stopping)
      start()
    },
  }
}

/** Returns what tests do and see in the namespace that the account pays for. */
function describeNamespace(client: KubeClient) {
  const namespace = 'default'
  const change = (
    name: string,
    spec: Partial<Pick<Instance['spec'], 'runStrategy' | 'priority'>>,
  ) => client.patch(instances, { namespace, name }, { type: 'merge', body: { spec } })
  return {
    /** Returns the names of the instances that were told to stop for want of money. */
    frozen: async () => {
      const { items } = await client.list(instances, { namespace })
      return items.filter(isFrozen).map(({ metadata }) => metadata?.name)
    },
    /** Returns the names of the pods that are there. */
    pods: async () => {
      const { items } = await client.list(kinds.pods, { namespace })
      return items.map(({ metadata }) => metadata?.name)
    },
    prefer: (name: string, priority: number) => change(name, { priority }),
    halt: (name: string, isHalted: boolean) =>
      change(name, { runStrategy: isHalted ? 'Halted' : 'Always' }),
  }
}
