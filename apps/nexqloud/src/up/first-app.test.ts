import { createManualClock } from '@nexqloud/kernel'
import type { KubeClient } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { launchFirstApp } from './first-app.ts'

test('a first app that somebody has stopped is left so, and not waited for', async () => {
  const client = {
    get: async () => ({ spec: { runStrategy: 'Halted', template: { spec: { containers: [] } } } }),
    create: async () => {
      throw new Error('It is there already.')
    },
  } as unknown as KubeClient
  const launching = launchFirstApp({
    client,
    image: 'registry.test/app:1',
    clock: createManualClock(),
    signal: new AbortController().signal,
    onWait: () => {},
  })
  await expect(launching).rejects.toMatchObject({
    code: 'UP_FIRST_APP_STOPPED',
    hint: 'nexqloud start first-app starts it again.',
  })
})
