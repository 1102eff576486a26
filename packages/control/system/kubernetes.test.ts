import { createKubeClient, kinds, StatusError } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { buildProgram } from '../../kube/system/kubernetes/build-programs.ts'
import { startKubernetes } from '../../kube/system/kubernetes/kubernetes-process.ts'
import { StaleReportError } from '../src/drive/errors.ts'
import { annotations } from '../src/object/names.ts'
import type { Pod } from '../src/object/object.ts'
import { createFastClock } from '../test/fast-clock.ts'
import { runsBeside, startNetwork } from '../test/network.ts'
import { expectRedefinition } from '../test/redefinition.ts'

const start = startKubernetes({
  etcd: buildProgram('etcd'),
  apiserver: buildProgram('kube-apiserver'),
})

test('on kube-apiserver 1.36.3 an instance is placed, driven, and made again when its device is lost', async (context) => {
  if (start === undefined) {
    context.skip('Go is missing, which builds kube-apiserver')
    return
  }
  const { network, client, stop, failures } = setup(await start())
  context.onTestFinished(stop)
  for (const name of ['a', 'b']) network.dial(name, name)
  while (!(await network.createInstance('web').then(isDone, isNotDone))) await network.pass(1)
  const beating = network.pass(600)
  const first = await network.pod('web', runsBeside(''))
  const lost = deviceOf(first)
  network.cut(lost)
  const second = await network.pod('web', runsBeside(lost))
  expect(tokenOf(second)).toBeGreaterThan(tokenOf(first))
  const stopped = { cause: 'DeviceLost', actor: 'nexqloud-healer', device: lost }
  expect(await network.instance('web')).toMatchObject({ status: { lastStop: stopped } })
  const node = await client.get(kinds.nodes, { name: deviceOf(second) })
  expect(node.spec?.taints ?? []).toEqual([])
  await client.delete(kinds.pods, { namespace: 'default', name: 'web' })
  const third = await network.pod('web', isAfter(second))
  expect(deviceOf(third)).toBe(deviceOf(second))
  await stop()
  await beating
  expect(failures.filter((failure) => !isExpected(failure))).toEqual([])
})

test('on kube-apiserver 1.36.3 a definition that an older program made is replaced', async (context) => {
  if (start === undefined) {
    context.skip('Go is missing, which builds kube-apiserver')
    return
  }
  const { transport, close } = await start()
  context.onTestFinished(close)
  await expectRedefinition(createKubeClient(transport))
})

function setup(kubernetes: Awaited<ReturnType<NonNullable<typeof start>>>) {
  const running = new AbortController()
  const { signal } = running
  const client = createKubeClient(kubernetes.transport)
  const clock = createFastClock(10)
  const failures: unknown[] = []
  const onFailure = (failure: unknown) => failures.push(failure)
  const passMs = (ms: number) => clock.delay(ms, signal)
  const network = startNetwork({ client, clock, signal, onFailure, passMs })
  const stop = async (): Promise<void> => {
    if (signal.aborted) return
    running.abort()
    await network.ended
    await kubernetes.close()
  }
  return { network, client, stop, failures }
}

const deviceOf = ({ spec }: Pod) => spec?.nodeName ?? ''
const tokenOf = ({ metadata }: Pod) => Number(metadata?.annotations?.[annotations.fencingToken])
const isAfter =
  (before: Pod) =>
  (pod: Pod): boolean =>
    pod.metadata?.uid !== before.metadata?.uid && pod.status?.phase === 'Running'

/** The kind is served a moment after it was defined; a device's report may cross the assignment that takes its pod away. */
function isExpected(failure: unknown): boolean {
  if (failure instanceof StaleReportError) return true
  return failure instanceof StatusError && failure.kind === 'notFound'
}

const isDone = () => true
const isNotDone = () => false
