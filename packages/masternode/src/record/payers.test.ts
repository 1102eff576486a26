import { annotations, instances, instanceKeyOf, type Pod } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import { kinds } from '@nexqloud/kube'
import { expect, onTestFinished, test, vi } from 'vitest'

import { assignPayer, createInstance, podIsReady, soon, web } from '../../test/instance.ts'
import { openNetwork } from '../../test/network.ts'
import { createPayers } from './payers.ts'

test('a pod is paid for as its instance, by the account that its namespace names, as soon as that does', async () => {
  const { client, join } = await openNetwork()
  const over = new AbortController()
  onTestFinished(() => over.abort())
  const payers = createPayers({ clock: systemClock, onFailure: () => {} })
  const nobody: Pod = {
    metadata: { ...web, uid: 'alone' },
    spec: { containers: [], nodeName: 'device-1' },
  }
  expect(payers.instanceOf(nobody)).toBeUndefined()
  void payers.run(client, over.signal)
  await join('device-1')
  await createInstance(client)
  const pod = await podIsReady(client)
  expect(payers.instanceOf(pod)).toBeUndefined()
  const account = await assignPayer(client)
  const namespace = { metadata: { annotations: { [annotations.account]: account } } }
  const instance = await client.get(instances, web)
  const expected = instanceKeyOf(instance.metadata?.uid ?? '', namespace)
  await vi.waitFor(() => expect(payers.instanceOf(pod)).toBe(expected), soon)
  // One that is no instance's is paid for as one of its own.
  expect(payers.instanceOf(nobody)).toBe(instanceKeyOf('alone', namespace))
  const body = { metadata: { annotations: { [annotations.account]: null } } }
  await client.patch(kinds.namespaces, { name: web.namespace }, { type: 'merge', body })
  await vi.waitFor(() => expect(payers.instanceOf(pod)).toBeUndefined(), soon)
})
