import { once } from 'node:events'

import { runScheduler } from '@nexqloud/control'
import { systemClock } from '@nexqloud/kernel'
import { ADMINISTRATORS, createInProcessTransport, createKubeClient } from '@nexqloud/kube'

import { serveEmbedded } from '../../packages/kube/system/served-embedded.ts'

/**
 * Our Kubernetes API over TLS, on a disk, and the scheduler in its process, as a masternode has them: the scheduler begins
 * when its parent says so. It tells its parent how it is reached, and runs until that leaves.
 */
const served = await serveEmbedded()
process.on('disconnect', () => {
  void served.close().finally(() => process.exit())
})
process.send?.(served.kubeconfig())
await once(process, 'message')
const user = { name: 'scheduler', groups: [ADMINISTRATORS] }
await runScheduler(
  {
    client: createKubeClient(createInProcessTransport(served.server, user)),
    clock: systemClock,
    schedulerNames: ['default-scheduler'],
    onFailure: (failure) => process.stderr.write(`${String(failure)}\n`),
  },
  new AbortController().signal,
)
