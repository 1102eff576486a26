import { systemClock } from '@nexqloud/kernel'
import { afterEach, expect, test } from 'vitest'

import { json, openFakeEngine, ordinary, type FakeEngine } from '../../test/fake-engine.ts'
import type { ContainerEngine } from '../container-engine.ts'
import type { ContainerId } from '../container/specification.ts'
import { OWNER_LABEL } from '../isolation/create-options.ts'
import { openEngine } from './open-engine.ts'

const id = 'ab'.repeat(32) as ContainerId
const image = `ghcr.io/acme/web@sha256:${'cd'.repeat(32)}`
const fakes: FakeEngine[] = []

afterEach(() => {
  for (const fake of fakes.splice(0)) fake.close()
})

test('a socket on which nobody answers is named, with what to do', async () => {
  const socketPath = '/nowhere/docker.sock'
  const options = { socketPath, owner: 'device', dataFolder: '/nowhere', clock: systemClock }
  await expect(openEngine(options)).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    kind: 'unavailable',
    message: 'No container engine answers at /nowhere/docker.sock.',
    hint: 'Start Docker or Podman, or name the socket of the one that runs.',
  })
})

test.each([
  ['confines no system calls', []],
  ['confines no system calls', ['name=seccomp,profile=unconfined']],
  ['runs without root', ['name=seccomp,profile=builtin', 'name=rootless']],
])('an engine that %s is refused: %j', async (lack, SecurityOptions) => {
  const info = { NCPU: 2, MemTotal: 8e9, OSType: 'linux', SecurityOptions }
  await expect(open({ 'GET /info': json(info) })).rejects.toMatchObject({
    code: 'ENGINE_UNSAFE',
    message: expect.stringContaining(lack),
  })
})

test('what is no engine is told apart by its answers', async () => {
  await expect(open({ 'GET /version': json({ hello: 'world' }) })).rejects.toMatchObject({
    code: 'ENGINE_FAILED',
    message: expect.stringContaining('its answer is not that of a container engine (Version)'),
  })
})

test('a container that was found by a part of its id, or without our label, is not ours', async () => {
  for (const answer of [
    containerOf('device', 'cd'.repeat(32)),
    containerOf('somebody', id),
    containerOf(undefined, id),
  ]) {
    const { engine, fake } = await open({ [`GET /containers/${id}/json`]: json(answer) })
    const notFound = { code: 'ENGINE_CONTAINER_NOT_FOUND' }
    await expect(engine.startContainer(id)).rejects.toMatchObject(notFound)
    await expect(engine.stopContainer(id, 0)).rejects.toMatchObject(notFound)
    await engine.removeContainer(id)
    expect(fake.requests.filter(({ method }) => method !== 'GET')).toEqual([])
  }
})

test('what has started has, also where the engine does not say how it looks then', async () => {
  let hasStarted = false
  const { engine } = await open({
    [`GET /containers/${id}/json`]: (response) =>
      (hasStarted ? json({ message: 'busy' }, 500) : json(containerOf('device', id)))(response),
    [`POST /containers/${id}/start`]: (response) => {
      hasStarted = true
      response.writeHead(204).end()
    },
  })
  await engine.startContainer(id)
  expect(hasStarted).toBe(true)
})

test('a network that somebody made at the same moment is taken, and one of another owner is not', async () => {
  const name = 'nexqloud_device_default'
  const made = (owner: string) => [
    { Name: name, Internal: false, Labels: { [OWNER_LABEL]: owner } },
  ]
  const conflict = 'conflicts with network 01d1 (tn1): networks have same bridge name'
  const racing = async (owner: string) => {
    let hasRaced = false
    const { engine } = await open({
      'GET /networks': (response) => json(hasRaced ? made(owner) : [])(response),
      'POST /networks/create': (response) => {
        hasRaced = true
        json({ message: conflict }, 500)(response)
      },
    })
    return engine.createNetwork({ name, hasInternet: true })
  }
  expect(await racing('device')).toMatchObject({ name, hasInternet: true })
  await expect(racing('somebody')).rejects.toMatchObject({ code: 'ENGINE_NAME_TAKEN' })
})

test('an engine that does not answer is given up', async () => {
  const { engine } = await open({ 'GET /networks': () => {} }, 100)
  await expect(engine.listNetworks()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
})

test('a container has its grace to end, however impatient we are', async () => {
  const { engine } = await open(
    {
      [`GET /containers/${id}/json`]: json(containerOf('device', id)),
      [`POST /containers/${id}/stop`]: (response) =>
        void setTimeout(() => response.writeHead(204).end(), 300),
    },
    100,
  )
  await expect(engine.stopContainer(id, 1)).resolves.toBeUndefined()
})

test('a stream may be silent for as long as it likes', async () => {
  const { engine } = await open(
    { 'GET /events': (response) => response.writeHead(200).flushHeaders() },
    100,
  )
  const events = await engine.watchEvents(AbortSignal.timeout(300))
  for await (const event of events) expect(event).toBeUndefined()
})

test('a stream that is given up before it began is empty', async () => {
  const silent = () => {}
  const { engine } = await open({
    'GET /events': silent,
    [`GET /containers/${id}/json`]: json(containerOf('device', id)),
    [`GET /containers/${id}/logs`]: silent,
  })
  const signal = AbortSignal.timeout(50)
  for await (const chunk of engine.readLogs(id, { signal })) expect(chunk).toBeUndefined()
  const events = await engine.watchEvents(AbortSignal.timeout(50))
  for await (const event of events) expect(event).toBeUndefined()
})

test('a pull that is given up ends with the reason of its signal', async () => {
  const { engine } = await open({
    [`GET /distribution/${image}/json`]: json({}),
    'POST /images/create': (response) =>
      void response.writeHead(200).write('{"status":"Pulling"}\n'),
  })
  const abort = new AbortController()
  const pulling = engine.pullImage({ image, signal: abort.signal })
  setTimeout(() => abort.abort(new Error('not wanted any more')), 50)
  await expect(pulling).rejects.toThrow('not wanted any more')
})

test('images of the machine’s owner may have names that nobody else could ask for', async () => {
  const hex = 'cd'.repeat(32)
  const owners = { Id: `sha256:${'ef'.repeat(32)}`, RepoTags: ['[::1]:5000/x:1'], Size: 1 }
  const own = { Id: `sha256:${hex}`, Size: 1, RepoTags: [] as string[] }
  const name = 'ghcr.io/acme/web:1'
  const { engine, fake } = await open({
    'GET /images/json': (response) => json([owners, own])(response),
    'POST /images/create': json({ status: `Digest: sha256:${hex}` }),
    [`GET /images/${name}/json`]: json({
      ...own,
      Architecture: 'amd64',
      RepoDigests: [`[::1]:5000/x@sha256:${hex}`, `ghcr.io/acme/web@sha256:${hex}`],
    }),
    [`POST /images/${own.Id}/tag`]: (response) => {
      const { searchParams } = new URL(fake.requests.at(-1)?.url ?? '', 'http://engine')
      own.RepoTags.push(`${searchParams.get('repo')}:${searchParams.get('tag')}`)
      response.writeHead(201).end()
    },
    [`DELETE /images/${name}`]: json([]),
  })
  expect(await engine.pullImage({ image: name })).toMatchObject({ digest: `sha256:${hex}` })
})

test('an engine that goes away during a pull is said to be away', async () => {
  const { engine } = await open({
    [`GET /distribution/${image}/json`]: json({}),
    'POST /images/create': (response) => {
      response.writeHead(200).write('{"status":"Pulling"}\n')
      setTimeout(() => response.destroy(), 20)
    },
  })
  await expect(engine.pullImage({ image })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
})

test('credentials go to the engine in its header, and into no error', async () => {
  const { engine, fake } = await open({
    [`GET /distribution/${image}/json`]: json({ message: 'unauthorized' }, 401),
  })
  const credentials = { username: 'tenant', password: 'hunter22' }
  const failure: unknown = await engine.pullImage({ image, credentials }).catch((error) => error)
  expect(failure).toMatchObject({ reason: 'ImageUnauthorized' })
  const header = fake.requests.at(-1)?.headers['x-registry-auth']
  expect(Buffer.from(String(header), 'base64url').toString()).toContain('hunter22')
  const seen = failure instanceof Error ? `${failure.stack} ${JSON.stringify(failure)}` : ''
  expect(seen).not.toMatch(/hunter22/)
  expect(seen).not.toContain(String(header))
})

async function open(
  answers: Parameters<typeof openFakeEngine>[0],
  patienceMs?: number,
): Promise<{ readonly engine: ContainerEngine; readonly fake: FakeEngine }> {
  const fake = await openFakeEngine({ ...ordinary, ...answers })
  fakes.push(fake)
  const { socketPath, folder } = fake
  const place = { socketPath, owner: 'device', dataFolder: folder, clock: systemClock }
  const patience = patienceMs === undefined ? {} : { patienceMs }
  return { fake, engine: await openEngine({ ...place, ...patience }) }
}

function containerOf(owner: string | undefined, found: string) {
  const never = '0001-01-01T00:00:00Z'
  return {
    Id: found,
    Name: '/web',
    Created: never,
    Image: `sha256:${found}`,
    Config: { Labels: owner === undefined ? null : { 'cloud.nexqloud.owner': owner }, Tty: false },
    State: {
      Status: 'running',
      ExitCode: 0,
      OOMKilled: false,
      Error: '',
      StartedAt: never,
      FinishedAt: never,
    },
    NetworkSettings: { Networks: {} },
  }
}
