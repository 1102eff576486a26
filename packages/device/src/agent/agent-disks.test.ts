import { createMemoryVolumes, type ContainerSpecification } from '@nexqloud/engine'
import { afterEach, expect, test } from 'vitest'

import { startAgent } from '../../test/running-agent.ts'
import { createMemoryDiskBook } from '../disk/disk-book.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const limits = { cpu: '1', memory: '64Mi' }
const main = { name: 'main', image: 'registry.test/a/web:1', resources: { limits } }
const pod = (uid: string, own: { readonly takesDisks?: boolean } = {}) => ({
  namespace: 'acme',
  name: uid,
  uid,
  token: 1,
  pod: { spec: { containers: [main] } },
  ...own,
})
const place = { pod: 'pod-1', at: 'sdf' }
const disks = {
  volumes: [{ id: 'vol-1', sizeBytes: 1000, isMade: false, place }],
  snapshots: [],
  erased: [],
}

test('a device that can have disks says so, keeps what is promised of its room, and tells of each', async () => {
  const { volumes, clock, end } = await setup()
  await end.peer.request('assign', { term: 1, serial: 1, pods: [pod('pod-1')], disks })
  await clock.pass(1000)
  expect(end.disks.at(-1)).toMatchObject({
    serial: 1,
    volumes: [{ id: 'vol-1', state: 'attached', place }],
  })
  expect(volumes.filesAt(place)).toBeDefined()
  await clock.pass(60_000)
  expect(end.machines.at(0)).toMatchObject({ takesDisks: true, freeDiskBytes: 1e9 })
  expect(end.machines.at(-1)).toMatchObject({ freeDiskBytes: 1e9 - 1000 })
})

test('a disk leaves a pod that is taken away, after its containers', async () => {
  const { volumes, clock, end, device } = await setup()
  await end.peer.request('assign', { term: 1, serial: 1, pods: [pod('pod-1')], disks })
  await clock.pass(1000)
  await end.peer.request('assign', { term: 1, serial: 2, pods: [], disks })
  await clock.pass(1000)
  expect(await device.engine.listContainers()).toEqual([])
  await clock.pass(60_000)
  expect(volumes.filesAt(place)).toBeUndefined()
  expect(end.disks.at(-1)?.volumes).toMatchObject([{ state: 'attaching' }])
})

test('only pods that take disks get the folder of their own', async () => {
  const { end, clock, made } = await setup()
  const pods = [pod('pod-1', { takesDisks: true }), pod('pod-2')]
  await end.peer.request('assign', { term: 1, serial: 1, pods, disks })
  await clock.pass(1000)
  const folders = made.map(({ name, volumesFolder }) => [name.includes('pod-1'), volumesFolder])
  expect(Object.fromEntries(folders)).toEqual({ true: '/memory/pod-1', false: undefined })
})

async function setup() {
  const [volumes, made] = [createMemoryVolumes(), [] as ContainerSpecification[]]
  const { device, drive } = await startAgent(closers, (parts) => ({
    ...parts,
    disks: { volumes, book: createMemoryDiskBook() },
    engine: {
      ...parts.engine,
      createContainer: (wanted) => {
        made.push(wanted)
        return parts.engine.createContainer(wanted)
      },
    },
  }))
  const end = drive()
  await end.peer.ready
  return { volumes, made, device, clock: device.clock, end }
}
