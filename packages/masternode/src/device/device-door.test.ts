import { PassThrough } from 'node:stream'

import { instances } from '@nexqloud/control'
import { kinds, type KubeClient, type ProcessRequest } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createInstance, podIsReady, soon, web } from '../../test/instance.ts'
import { openNetwork, type Network } from '../../test/network.ts'

test('an instance runs on a device that dialled, and its pod says so', async () => {
  const network = await openNetwork()
  const agent = await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  expect(await agent.running()).toHaveLength(1)
  const pod = await network.client.get(kinds.pods, web)
  expect(pod.spec?.nodeName).toBe('device-1')
  expect(pod.status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 })
  const node = await network.client.get(kinds.nodes, { name: 'device-1' })
  expect(node.status?.allocatable).toMatchObject({ cpu: '3900m', 'ephemeral-storage': '67Gi' })
  await vi.waitFor(async () => expect(await reasonsOf(network.client)).toContain('Started'), soon)
  expect(network.failures).toEqual([])
})

test('a pod that is deleted ends on its device, and is gone only then', async () => {
  const network = await openNetwork()
  const agent = await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  await network.client.delete(instances, web)
  await vi.waitFor(
    async () => expect((await network.client.list(kinds.pods)).items).toEqual([]),
    soon,
  )
  expect(await agent.running()).toEqual([])
})

test('gives logs, commands and ports of a container', async () => {
  const network = await openNetwork()
  await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  const target = await targetOf(network.client)
  const { streams } = network
  const none = { previous: false, timestamps: false, sinceSeconds: undefined, sinceTime: undefined }
  const { signal } = new AbortController()
  const read = async (more: { readonly tailLines?: number; readonly limitBytes?: number }) => {
    const options = { ...none, follow: false, tailLines: undefined, limitBytes: undefined, ...more }
    return textOf(streams.log(target, options, signal))
  }
  expect(await read({})).toBe('one\ntwo\n')
  expect(await read({ tailLines: 1 })).toBe('two\n')
  expect(await read({ limitBytes: 5 })).toBe('one\nt')
  expect(await run(network, ['cat'], 'said')).toEqual({ code: 0, stdout: 'said', stderr: '' })
  expect(await run(network, ['fail'])).toEqual({ code: 3, stdout: '', stderr: 'oops' })
  expect(await run(network, ['size'], 'x')).toMatchObject({ stdout: '90x20' })
})

test('says why a stream leads nowhere', async () => {
  const network = await openNetwork()
  await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  const target = await targetOf(network.client)
  const { signal } = new AbortController()
  const wrong = { ...target, uid: 'other' }
  const connected = await network.streams.connect(wrong, 80, signal)
  const failure = new Promise((resolve) => connected.once('error', resolve))
  expect(await failure).toMatchObject({ message: expect.stringContaining('no pod other') })
})

test('a second agent with the key of one that answers is refused, and the first goes on', async () => {
  const network = await openNetwork()
  const agent = await network.join('device-1')
  await createInstance(network.client)
  await podIsReady(network.client)
  const twin = network.startTwin(agent)
  await vi.waitFor(
    () =>
      expect(twin.events).toContainEqual(
        expect.objectContaining({
          name: 'dialFailed',
          error: expect.objectContaining({
            message: expect.stringContaining('device-1 is connected already'),
          }),
        }),
      ),
    soon,
  )
  expect(await agent.running()).toHaveLength(1)
  expect(agent.events.map(({ name }) => name)).toEqual(['linked'])
})

test('a key that nobody registered is refused, and one whose device left loses its link', async () => {
  const network = await openNetwork()
  const agent = await network.join('device-1')
  await vi.waitFor(async () => network.client.get(kinds.nodes, { name: 'device-1' }), soon)
  network.registered.clear()
  await vi.waitFor(() => expect(agent.events.map(({ name }) => name)).toContain('unlinked'), soon)
  await vi.waitFor(
    () =>
      expect(String(agent.events.map((event) => 'error' in event && event.error))).toContain(
        'No device of this network has this key',
      ),
    soon,
  )
})

test('a device that waits for its measurement has a link and no node', async () => {
  const network = await openNetwork()
  const agent = await network.join('device-1', { idle: 'It is not measured yet.' })
  await vi.waitFor(() => expect(network.devices.linkOf('device-1')).toBeDefined(), soon)
  await vi.waitFor(() => expect(agent.events).toHaveLength(1), soon)
  expect((await network.client.list(kinds.nodes)).items).toEqual([])
  const { keyHash } = agent.identity
  const device = network.registered.get(keyHash)
  if (device !== undefined) network.registered.set(keyHash, { ...device, idle: undefined })
  await vi.waitFor(async () => network.client.get(kinds.nodes, { name: 'device-1' }), soon)
})

async function targetOf(client: KubeClient) {
  const { metadata = {}, spec } = await client.get(kinds.pods, web)
  const { uid = '' } = metadata
  return { node: spec?.nodeName ?? '', namespace: 'default', pod: 'web', uid, container: 'main' }
}

async function reasonsOf(client: KubeClient): Promise<readonly (string | undefined)[]> {
  return (await client.list(kinds.events)).items.map(({ reason }) => reason)
}

async function textOf(source: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

async function run({ client, streams }: Network, command: readonly string[], input?: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const stdin = input === undefined ? undefined : new PassThrough()
  const request: ProcessRequest = {
    command,
    isTty: false,
    stdin,
    stdout,
    stderr,
    onResize: (listener) => listener({ width: 90, height: 20 }),
    signal: new AbortController().signal,
  }
  const running = streams.run(await targetOf(client), request)
  stdin?.end(input)
  const code = await running
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}
