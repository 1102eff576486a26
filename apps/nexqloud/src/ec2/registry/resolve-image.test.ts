import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import { ActionError } from '@nexqloud/ec2'
import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test } from 'vitest'

import { createGet } from './get-publicly.ts'
import { createRegistryClient } from './registry-client.ts'
import { createResolver } from './resolve-image.ts'

const configuration = {
  architecture: 'amd64',
  config: { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '443': {} }, Cmd: ['nginx', '-g'] },
}

test('an image is found by its tag, for its digest, ports and command, whichever architecture comes first', async () => {
  const { registry, put } = await openRegistry()
  const digest = put('web', '1', {
    manifests: [
      {
        digest: put('web', undefined, describing(put('web', undefined, { architecture: 'arm64' }))),
        platform: { os: 'linux', architecture: 'arm64' },
      },
      {
        digest: put('web', undefined, describing(put('web', undefined, configuration))),
        platform: { os: 'linux', architecture: 'amd64' },
      },
    ],
  })
  expect(await open()(`${registry}/web:1`)).toEqual({
    reference: `${registry}/web@${digest}`,
    architecture: 'x86_64',
    exposedPorts: [443, 80],
    command: ['nginx', '-g'],
  })
})

test('of what a stranger’s image says so much is kept, and each port once', async () => {
  const { registry, put } = await openRegistry()
  const ports = ['1', '01', '001/tcp', ...Array.from({ length: 500 }, (_, at) => `${at + 2}/tcp`)]
  const config = {
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    Cmd: Array.from({ length: 500 }, () => 'x'.repeat(1000)),
  }
  put('web', '1', describing(put('web', undefined, { architecture: 'amd64', config })))
  const { exposedPorts = [], command = [] } = (await open()(`${registry}/web:1`)) ?? {}
  expect(exposedPorts).toHaveLength(64)
  expect(new Set(exposedPorts).size).toBe(64)
  expect(command.join('').length).toBeLessThanOrEqual(4096)
})

test('a tag is looked up again after half a minute, a digest never', async () => {
  const { registry, put, asked } = await openRegistry()
  const clock = createManualClock()
  const resolve = open({ clock })
  const first = put('web', '1', describing(put('web', undefined, configuration)))
  await resolve(`${registry}/web:1`)
  await resolve(`${registry}/web@${first}`)
  const before = asked()
  put('web', '1', describing(put('web', undefined, { architecture: 'arm64' })))
  expect(await resolve(`${registry}/web:1`)).toMatchObject({ architecture: 'x86_64' })
  await clock.pass(31_000)
  expect(await resolve(`${registry}/web:1`)).toMatchObject({ architecture: 'arm64' })
  const later = asked()
  expect(await resolve(`${registry}/web@${first}`)).toMatchObject({ architecture: 'x86_64' })
  expect([later - before, asked() - later]).toEqual([2, 0])
})

test('a token that everybody gets is asked for where the registry wants one', async () => {
  const { registry, put } = await openRegistry('sesame')
  put('web', '1', describing(put('web', undefined, configuration)))
  expect(await open()(`${registry}/web:1`)).toMatchObject({ architecture: 'x86_64' })
})

test('what there is none of is none, and is there once it is', async () => {
  const { registry, put } = await openRegistry()
  const resolve = open()
  expect(await resolve(`${registry}/web:1`)).toBeUndefined()
  expect(await resolve('Not A Name')).toBeUndefined()
  put('web', '1', describing(put('web', undefined, { architecture: 's390x' })))
  expect(await resolve(`${registry}/web:1`)).toBeUndefined()
  put('web', '1', describing(put('web', undefined, configuration)))
  expect(await resolve(`${registry}/web:1`)).toBeDefined()
})

test('a registry that has something else than it says, or is away, cannot be asked', async () => {
  const { registry, put, forge } = await openRegistry()
  const digest = put('web', '1', describing(put('web', undefined, configuration)))
  forge(digest, '{"config":{"digest":"other"}}')
  const unavailable = expect.objectContaining({ awsCode: 'Unavailable' })
  await expect(open()(`${registry}/web@${digest}`)).rejects.toEqual(unavailable)
  await expect(open()('127.0.0.1:9/web:1')).rejects.toThrow(ActionError)
})

test('no registry of a network that is not everybody’s is asked', async () => {
  const { registry, put, asked } = await openRegistry()
  put('web', '1', describing(put('web', undefined, configuration)))
  const isPublic = (address: string): boolean => !address.startsWith('127.')
  const resolve = open({ isAddressAllowed: isPublic })
  await expect(resolve(`${registry}/web:1`)).rejects.toThrow(
    'not an address of the public internet',
  )
  expect(asked()).toBe(0)
})

test('who asks a registry that is slow leaves places to others', async () => {
  const late = Promise.withResolvers<undefined>()
  const resolve = createResolver({
    client: {
      manifest: ({ registry }) =>
        registry === 'slow.test' ? late.promise : Promise.resolve(undefined),
      blob: async () => undefined,
    },
    isAllowed: () => true,
    clock: createManualClock(),
  })
  const asked = Array.from({ length: 8 }, (_, at) => resolve(`slow.test/web:${at}`, 'thief'))
  const unavailable = expect.objectContaining({ awsCode: 'Unavailable' })
  await expect(resolve('slow.test/web:8', 'thief')).rejects.toEqual(unavailable)
  expect(await resolve('quick.test/web:1', 'another')).toBeUndefined()
  late.resolve(undefined)
  await Promise.all(asked)
  expect(await resolve('quick.test/web:2', 'thief')).toBeUndefined()
})

const describing = (digest: string) => ({ config: { digest } })

function open({
  clock = createManualClock(),
  isAddressAllowed = () => true,
}: {
  readonly clock?: ReturnType<typeof createManualClock>
  readonly isAddressAllowed?: (address: string) => boolean
} = {}) {
  const client = createRegistryClient(createGet(isAddressAllowed), () => true)
  const resolve = createResolver({ client, isAllowed: () => true, clock })
  return (name: string) => resolve(name, '123456789012')
}

/** A registry on any port of loopback; with a token, only who has it is answered. */
async function openRegistry(token?: string) {
  const documents = new Map<string, string>()
  let count = 0
  const isKnown = ({ headers }: IncomingMessage): boolean =>
    token === undefined || headers.authorization === `Bearer ${token}`
  const server = createServer((request, response) => {
    count += 1
    const url = request.url ?? ''
    const found = url.startsWith('/token?')
      ? JSON.stringify({ token })
      : documents.get(url.replace('/v2/', ''))
    if (url.startsWith('/token?') || isKnown(request)) {
      response.writeHead(found === undefined ? 404 : 200).end(found)
    } else {
      const realm = `http://${request.headers.host}/token`
      const challenge = `Bearer realm="${realm}",service="test"`
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return {
    registry: `127.0.0.1:${port}`,
    asked: () => count,
    /** Returns the digest of what was put. */
    put: (repository: string, tag: string | undefined, document: object): string => {
      const text = JSON.stringify(document)
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
      for (const kind of ['manifests', 'blobs'])
        documents.set(`${repository}/${kind}/${digest}`, text)
      if (tag !== undefined) documents.set(`${repository}/manifests/${tag}`, text)
      return digest
    },
    forge: (digest: string, text: string): void =>
      void documents.set(`web/manifests/${digest}`, text),
  }
}
