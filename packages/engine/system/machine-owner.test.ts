import Docker from 'dockerode'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { ContainerEngine } from '../src/container-engine.ts'
import type { ContainerId } from '../src/container/specification.ts'
import { runScript } from '../test/scripts.ts'
import { failureOf, limits } from '../test/suite/bench.ts'
import { openLab, type Lab } from './lab/open-lab.ts'
import { bringPrograms } from './lab/packages.ts'

const engines = { docker: 'dockerd', podman: 'podman' } as const

describe.each(['docker', 'podman'] as const)("the machine's owner, on %s", (name) => {
  const skip = bringPrograms([engines[name], 'docker-registry', 'busybox'])
  let lab: Lab
  let docker: Docker
  let engine: ContainerEngine

  beforeAll(async () => {
    if (skip !== undefined) return
    lab = await openLab(name)
    docker = new Docker({ socketPath: lab.socketPath })
    engine = await lab.engine('device')
  })
  afterAll(() => lab?.close())
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip)
  })

  async function pullAsOwner(image: string): Promise<void> {
    for await (const _ of await docker.pull(image)) continue
  }

  async function namesOnMachine(): Promise<readonly string[]> {
    return (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? [])
  }

  test('keeps an image under its name, whatever a tenant does with the same', async () => {
    await pullAsOwner(lab.images.open)
    const image = await engine.pullImage({ image: lab.images.open })
    expect((await engine.listImages()).map(({ id }) => id)).toEqual([image.id])
    await engine.removeImage(image.id)
    expect(await engine.listImages()).toEqual([])
    expect(await namesOnMachine()).toEqual([lab.images.open])
  })

  test('finds nothing of an image that only tenants had', async () => {
    await docker.getImage(lab.images.open).remove()
    const byName = await engine.pullImage({ image: lab.images.open })
    const pinned = lab.images.open.replace(/:1$/, `@${byName.digest}`)
    await engine.removeImage(byName.id)
    expect(await docker.listImages()).toEqual([])
    const { id } = await engine.pullImage({ image: pinned })
    await engine.removeImage(id)
    expect(await docker.listImages()).toEqual([])
  })

  test('has containers and networks that are not there for tenants', async () => {
    await pullAsOwner(lab.images.open)
    const own = await docker.createContainer({
      name: 'own',
      Image: lab.images.open,
      Cmd: ['sleep', '600'],
      HostConfig: { NetworkMode: 'none' },
    })
    await docker.createNetwork({ Name: 'own-network' })
    await own.start()
    const { id: image } = await engine.pullImage({ image: lab.images.open })
    const wanted = { name: 'tenant', image, limits, capabilities: [] } as const
    expect([await engine.listContainers(), await engine.listNetworks()]).toEqual([[], []])
    const id = own.id as ContainerId
    const attempts = [
      engine.stopContainer(id, 0),
      engine.exec(id, { command: ['true'] }),
      engine.createContainer({ ...wanted, network: { kind: 'container', id } }),
      engine.createContainer({ ...wanted, network: { kind: 'bridge', name: 'own-network' } }),
      engine.createContainer({ ...wanted, network: { kind: 'bridge', name: 'host' } }),
    ]
    for (const failure of await Promise.all(attempts.map(failureOf))) {
      expect(failure).toMatchObject({ kind: 'notFound' })
    }
    const taken = engine.createContainer({ ...wanted, name: 'own', network: { kind: 'none' } })
    expect(await failureOf(taken)).toMatchObject({ code: 'ENGINE_NAME_TAKEN' })
    await engine.removeContainer(id)
    await engine.removeNetwork('own-network')
    expect((await own.inspect()).State.Running).toBe(true)
    expect((await docker.listNetworks()).map(({ Name }) => Name)).toContain('own-network')
    await own.remove({ force: true })
    await docker.getNetwork('own-network').remove()
  })

  test('may have the engine killed and started again, and tenants are found again', async () => {
    const { id: image } = await engine.pullImage({ image: lab.images.open })
    const id = await engine.createContainer({
      name: 'survivor',
      image,
      limits,
      capabilities: [],
      labels: { app: 'web' },
      network: { kind: 'none' },
      command: runScript('serve'),
    })
    await engine.startContainer(id)
    const events = await engine.watchEvents(new AbortController().signal)
    const session = await engine.exec(id, { command: ['cat'], stdin: true })
    const watching = failureOf(drain(events))
    const reading = drain(session.output).catch(() => {})
    await lab.killAndRestart(async () => {
      const away = { code: 'ENGINE_UNREACHABLE', kind: 'unavailable' }
      expect(await watching).toMatchObject(away)
      await reading
      expect(await failureOf(engine.listContainers())).toMatchObject(away)
      expect(await failureOf(engine.pullImage({ image: lab.images.open }))).toMatchObject(away)
      expect(await failureOf(session.exitCode())).toMatchObject(away)
    })
    const [found] = await engine.listContainers({ app: 'web' })
    expect(found).toMatchObject({ id, name: 'survivor', image })
    await engine.startContainer(id)
    expect((await engine.inspectContainer(id)).state).toBe('running')
    expect((await engine.listImages()).map((one) => one.id)).toEqual([image])
    await engine.removeContainer(id)
  })
})

async function drain(values: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of values) continue
}
