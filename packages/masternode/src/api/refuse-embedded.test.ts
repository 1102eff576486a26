import { systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  ApiUnreachableError,
  createInProcessTransport,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
  type Transport,
} from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import { EmbeddedKubernetesError } from './errors.ts'
import { refuseEmbedded } from './refuse-embedded.ts'

test('the API within another masternode is refused: both would steer its devices', async () => {
  const store = await openObjectStore(createMemoryDisk())
  const server = await openApiServer({ store, clock: systemClock, onInternalError: () => {} })
  onTestFinished(async () => {
    server.close()
    await store.close()
  })
  const transport = createInProcessTransport(server, { name: 'admin', groups: [ADMINISTRATORS] })
  await expect(refuseEmbedded(transport)).rejects.toThrow(EmbeddedKubernetesError)
})

test('a Kubernetes of its own is taken, and so is one that does not answer yet', async () => {
  const answering = (call: Transport['call']): Transport => ({
    call,
    watch: () => {
      throw new TypeError('Nobody watches.')
    },
    close: async () => {},
  })
  const own = answering(async () => ({ gitVersion: 'v1.36.3' }))
  await expect(refuseEmbedded(own)).resolves.toBeUndefined()
  const away = answering(async () => {
    throw new ApiUnreachableError('https://127.0.0.1:6443', new Error('refused'))
  })
  await expect(refuseEmbedded(away)).resolves.toBeUndefined()
})
