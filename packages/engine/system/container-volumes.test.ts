import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { ContainerEngine } from '../src/container-engine.ts'
import type { ContainerId } from '../src/container/specification.ts'
import { findMountObstacle } from '../src/volume/loop-mounts.ts'
import { openLoopVolumes } from '../src/volume/loop-volume-store.ts'
import type { VolumeStore } from '../src/volume/volume-store.ts'
import { runScript } from '../test/scripts.ts'
import { limits, read } from '../test/suite/bench.ts'
import { createCleanup } from './lab/cleanup.ts'
import { openLab, type Lab } from './lab/open-lab.ts'
import { bringPrograms } from './lab/packages.ts'
import { openScratchFolder } from './lab/scratch.ts'

const engines = { docker: 'dockerd', podman: 'podman' } as const
const sizeBytes = 16 << 20
const obstacle = await findMountObstacle()

describe.each(['docker', 'podman'] as const)('volumes of a container on %s', (name) => {
  const skip = bringPrograms([engines[name], 'docker-registry', 'busybox']) ?? obstacle
  const cleanup = createCleanup()
  let lab: Lab
  let engine: ContainerEngine
  let store: VolumeStore
  let folder = ''

  beforeAll(async () => {
    if (skip !== undefined) return
    lab = await openLab(name)
    cleanup.add(() => lab.close())
    engine = await lab.engine('device')
    folder = openScratchFolder(cleanup)
    store = await openLoopVolumes({ folder })
  })
  afterAll(cleanup.run)
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip)
  })

  /** Starts a container of a pod. */
  async function run(pod: string): Promise<ContainerId> {
    const { id: image } = await engine.pullImage({ image: lab.images.open })
    const id = await engine.createContainer({
      name: `${name}-${pod}`,
      image,
      command: runScript('serve'),
      network: { kind: 'none' },
      limits,
      capabilities: [],
      volumesFolder: await store.openFolder(pod),
    })
    cleanup.add(() => engine.removeContainer(id))
    await engine.startContainer(id)
    return id
  }

  async function tell(id: ContainerId, script: string): Promise<string> {
    const session = await engine.exec(id, { command: ['sh', '-c', `{ ${script}; } 2>&1`] })
    return (await read(session.output)).stdout.trim()
  }

  test('a volume comes to a container that runs, goes from it, and has its files in the next', async () => {
    const first = await run('first')
    await store.create({ id: 'vol', sizeBytes })
    await store.attach('vol', { pod: 'first', at: 'sdf' })
    expect(await tell(first, 'echo kept > /mnt/sdf/note; cat /mnt/sdf/note')).toBe('kept')
    await store.detach('vol')
    expect(await tell(first, 'ls /mnt')).toBe('')
    const second = await run('second')
    await store.attach('vol', { pod: 'second', at: 'sdg' })
    expect(await tell(second, 'cat /mnt/sdg/note')).toBe('kept')
    expect(await tell(first, 'ls /mnt')).toBe('')
  })

  test('a container that is started again has its volumes, and writes to them', async () => {
    const id = await run('again')
    await store.create({ id: 'again', sizeBytes })
    await store.attach('again', { pod: 'again', at: 'sdf' })
    await tell(id, 'echo kept > /mnt/sdf/note')
    await engine.stopContainer(id, 0)
    await engine.startContainer(id)
    expect(await tell(id, 'cat /mnt/sdf/note; echo more >> /mnt/sdf/note && echo written')).toBe(
      'kept\nwritten',
    )
  })

  test('a container writes to nothing of the machine, and lays no links where volumes come', async () => {
    const id = await run('rogue')
    expect(await tell(id, 'echo much > /mnt/file')).toContain('Read-only file system')
    expect(await tell(id, 'mkdir /mnt/sdf')).toContain('Read-only file system')
    expect(existsSync(join(folder, 'pods/rogue/file'))).toBe(false)
    await store.create({ id: 'rogue', sizeBytes })
    await store.attach('rogue', { pod: 'rogue', at: 'sdf' })
    expect(await tell(id, 'umount /mnt/sdf')).not.toBe('')
    expect(await tell(id, 'echo kept > /mnt/sdf/note; ls /mnt')).toBe('sdf')
  })

  test('a volume that is full is full for its container alone', async () => {
    const [full, other] = [await run('full'), await run('other')]
    for (const pod of ['full', 'other']) {
      await store.create({ id: pod, sizeBytes })
      await store.attach(pod, { pod, at: 'sdf' })
    }
    const told = await tell(full, 'dd if=/dev/zero of=/mnt/sdf/much bs=65536')
    expect(told).toContain('No space left on device')
    expect(await tell(other, 'echo kept > /mnt/sdf/note && cat /mnt/sdf/note')).toBe('kept')
    expect(await tell(full, 'echo still > /tmp/here && cat /tmp/here')).toBe('still')
  })

  test('a volume stays while its container has a file of it open', async () => {
    const id = await run('open')
    await store.create({ id: 'open', sizeBytes })
    await store.attach('open', { pod: 'open', at: 'sdf' })
    const session = await engine.exec(id, {
      command: ['sh', '-c', 'cat > /mnt/sdf/file'],
      stdin: true,
    })
    await session.write(Buffer.from('x'))
    while ((await tell(id, 'cat /mnt/sdf/file')) !== 'x') continue
    await expect(store.detach('open')).rejects.toMatchObject({ code: 'VOLUME_BUSY' })
    await engine.stopContainer(id, 0)
    await store.detach('open')
    expect((await store.list()).volumes.find((each) => each.id === 'open')?.place).toBeUndefined()
  })
})
