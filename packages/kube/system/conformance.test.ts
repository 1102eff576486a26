import { expect, test } from 'vitest'

import { openKubeconfigTransport } from '../src/client/kubeconfig-transport.ts'
import { describeConformance } from '../test/conformance/describe-conformance.ts'
import { buildProgram } from './kubernetes/build-programs.ts'
import { startKubernetes } from './kubernetes/kubernetes-process.ts'
import { serveEmbedded } from './served-embedded.ts'

const programs = { etcd: buildProgram('etcd'), apiserver: buildProgram('kube-apiserver') }

test('kube-apiserver is there to be compared with', (context) => {
  if (programs.apiserver === undefined) context.skip('Go is missing, which builds kube-apiserver')
  expect(programs).toEqual({ etcd: expect.any(String), apiserver: expect.any(String) })
})

describeConformance('kube-apiserver 1.36.3', startKubernetes(programs))

describeConformance('the embedded server over TLS', async () => {
  const served = await serveEmbedded()
  const transport = await openKubeconfigTransport(served.kubeconfig())
  return {
    transport,
    close: async () => {
      await transport.close()
      await served.close()
    },
  }
})
