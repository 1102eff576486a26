import { kinds } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { openCluster } from '../../test/cluster.ts'
import { connectMemoryDevice } from '../../test/memory-device.ts'
import { podOf } from '../../test/objects.ts'
import { annotations } from '../object/names.ts'
import { createDriver } from './driver.ts'

test('where a pod may send and how often it is rebooted is news to its device, and other annotations are not', async () => {
  const { client, clock, signal, onFailure, sees, createPod } = await openCluster()
  const driver = createDriver({ client, clock, onFailure, identity: 'masternode-1' })
  void driver.run(signal)
  const device = connectMemoryDevice(driver, 'device-1')
  await sees(kinds.nodes, { name: 'device-1' }, () => true)
  const name = { namespace: 'default', name: 'web' }
  await createPod(podOf('web'))
  await client.post(
    kinds.pods,
    { ...name, subresource: 'binding' },
    {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name: 'web' },
      target: { apiVersion: 'v1', kind: 'Node', name: 'device-1' },
    },
  )
  await sees(kinds.pods, name, ({ status }) => status?.phase === 'Running')
  const before = device.assignments.length
  const annotate = (values: Readonly<Record<string, string>>) =>
    client.patch(kinds.pods, name, { type: 'merge', body: { metadata: { annotations: values } } })
  await annotate({ note: 'red' })
  await annotate({ [annotations.egress]: '[]' })
  const told = () =>
    device.assignments
      .slice(before)
      .map(([first]) => first?.pod.metadata?.annotations?.[annotations.egress])
  await vi.waitFor(() => expect(told()).toEqual(['[]']))
  await annotate({ [annotations.reboots]: '1' })
  await vi.waitFor(() => expect(told()).toEqual(['[]', '[]']))
})
