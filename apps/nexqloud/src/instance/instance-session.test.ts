import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { systemClock } from '@nexqloud/kernel'
import {
  ADMINISTRATORS,
  createInProcessTransport,
  createKubeClient,
  createMemoryDisk,
  openApiServer,
  openObjectStore,
  type ContainerStreams,
} from '@nexqloud/kube'
import { expect, onTestFinished, test } from 'vitest'

import type { Cluster } from '../cluster.ts'
import { createMemoryShell } from '../memory-shell.ts'
import { openScratchFolder } from '../scratch-folder.ts'
import { withInstances, type InstanceOptions } from './instance-session.ts'
import { listInstances } from './list.ts'
import { runInstance } from './run.ts'

test('where nothing runs, what to start is told', async () => {
  using folder = openScratchFolder()
  const listing = listInstances({ data: folder.path }, createMemoryShell())
  await expect(listing).rejects.toMatchObject({
    code: 'CLI_MASTERNODE_STOPPED',
    message: `No masternode runs from the data folder ${folder.path}.`,
    hint: expect.stringMatching(/^Start a network with: nexqloud up\./),
  })
})

test('a kubeconfig that is named goes before the folder’s own, whose gateway it is not', async () => {
  expect(await opened({})).toEqual(['own', '8080'])
  expect(await opened({ kubeconfig: 'other' })).toEqual(['other', undefined])
})

test('a kubeconfig that is not there, or is none, is told', async () => {
  using folder = openScratchFolder()
  const kubeconfig = join(folder.path, 'none')
  await expect(
    listInstances({ data: folder.path, kubeconfig }, createMemoryShell()),
  ).rejects.toMatchObject({ code: 'ENOENT', path: kubeconfig })
  writeFileSync(kubeconfig, '{}')
  const { openCluster } = await import('../cluster.ts')
  await expect(
    listInstances({ data: folder.path, kubeconfig }, createMemoryShell({ openCluster })),
  ).rejects.toMatchObject({ code: 'KUBE_KUBECONFIG_INVALID' })
})

test('a namespace that is none is refused', async () => {
  await expect(listInstances({ namespace: 'A' }, createMemoryShell())).rejects.toMatchObject({
    code: 'INSTANCE_REQUEST_INVALID',
  })
})

test('a Kubernetes that no masternode has worked on knows no instances', async () => {
  using folder = openScratchFolder()
  const kubeconfig = join(folder.path, 'kubeconfig')
  writeFileSync(kubeconfig, '')
  const cluster = await openBareCluster()
  const shell = createMemoryShell({ openCluster: async () => cluster })
  const unknown = { code: 'INSTANCE_KIND_UNKNOWN' }
  await expect(listInstances({ kubeconfig }, shell)).rejects.toMatchObject(unknown)
  const asked = { restart: 'always', wait: false, timeout: 1 } as const
  await expect(runInstance(['nginx'], { kubeconfig, ...asked }, shell)).rejects.toMatchObject(
    unknown,
  )
})

async function opened(more: InstanceOptions): Promise<readonly (string | undefined)[]> {
  using folder = openScratchFolder()
  const fileOf = (name: string): string => join(folder.path, name)
  for (const name of ['own', 'other']) writeFileSync(fileOf(name), name)
  const doors = { kubeconfig: fileOf('own'), gateway: 'http://127.0.0.1:8080' }
  writeFileSync(fileOf('endpoints.json'), JSON.stringify(doors))
  const cluster = await openBareCluster()
  const asked: string[] = []
  const shell = createMemoryShell({
    openCluster: async (kubeconfig) => {
      asked.push(kubeconfig)
      return cluster
    },
  })
  const kubeconfig = more.kubeconfig === undefined ? {} : { kubeconfig: fileOf(more.kubeconfig) }
  const options = { data: folder.path, ...kubeconfig }
  const port = await withInstances(options, shell, async ({ gatewayPort }) => gatewayPort)
  return [...asked, port]
}

async function openBareCluster(): Promise<Cluster> {
  const store = await openObjectStore(createMemoryDisk())
  const server = await openApiServer({ store, clock: systemClock })
  onTestFinished(async () => {
    server.close()
    await store.close()
  })
  const user = { name: 'somebody', groups: [ADMINISTRATORS] }
  const streams: ContainerStreams = {
    log: () => expect.unreachable(),
    run: () => expect.unreachable(),
  }
  return { client: createKubeClient(createInProcessTransport(server, user)), streams }
}
