import { createServer } from 'node:net'

import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'

import { readStream, textOfChannels } from '../../test/masternode-end.ts'
import { createMemoryDevice, createPod } from '../../test/memory-device.ts'
import { agentPartsOf, startAgent } from '../../test/running-agent.ts'
import { createOwnerStanding } from '../owner/owner-standing.ts'
import { channels, encodePiece } from '../protocol/channel.ts'
import { encodeStreamTarget, type StreamTarget } from '../protocol/stream-target.ts'
import { runAgent } from './run-agent.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

test('a masternode assigns, and is told what the device is and what becomes of its pods', async () => {
  const { drive, device } = await startAgent(closers)
  const masternode = drive()
  await device.clock.pass(0)
  expect(masternode.machines).toMatchObject([{ cpus: 4, architecture: 'amd64' }])
  const answer = masternode.peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  expect(await answer).toEqual({ fenced: [] })
  expect(masternode.reportOf('a')?.status.phase).toBe('Running')
  const gone = masternode.peer.request('assign', { term: 1, serial: 1, pods: [] })
  await device.clock.pass(500)
  await gone
  expect(masternode.inventories.at(-1)).toEqual([])
})

test('an order from the past is answered with what is true now', async () => {
  const { drive, device } = await startAgent(closers)
  const masternode = drive()
  const now = masternode.peer.request('assign', { term: 2, serial: 1, pods: [] })
  await device.clock.pass(0)
  await now
  const late = masternode.peer.request('assign', { term: 1, serial: 1, pods: [] })
  await expect(late).rejects.toMatchObject({
    kind: 'conflict',
    remoteCode: 'DEVICE_ASSIGNMENT_STALE',
  })
})

test('a new link begins with all pods, whoever is at its other end', async () => {
  const { drive, device, links } = await startAgent(closers)
  const first = drive()
  void first.peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  links[0]?.far.close('cancel', 'The masternode leaves.')
  await device.clock.pass(60_000)
  const second = drive()
  await device.clock.pass(100)
  expect(second.reportOf('a')?.status.phase).toBe('Running')
  expect(await device.running()).toEqual(['a-web'])
})

test('gives logs, runs commands and joins ports', async () => {
  const { drive, device, far } = await startAgent(closers)
  void drive().peer.request('assign', {
    term: 1,
    serial: 1,
    pods: [createPod('a', { command: 'greet' })],
  })
  await device.clock.pass(500)
  const log = await readStream(far(), { kind: 'logs', uid: 'a' })
  expect(log.toString()).toBe('hello\n')

  const target = { kind: 'exec', uid: 'a', command: ['cat'], stdin: true } as const
  const ran = await readStream(far(), target, (stream) => {
    stream.write(encodePiece(channels.stdin, Buffer.from('said')))
    stream.write(encodePiece(channels.close, Buffer.from([channels.stdin])))
  })
  expect(textOfChannels(ran)).toEqual({
    [channels.stdout]: 'said',
    [channels.error]: '{"metadata":{},"status":"Success"}',
  })
  const failed = await readStream(far(), { kind: 'exec', uid: 'a', command: ['fail'] })
  expect(JSON.parse(textOfChannels(failed)[channels.error] ?? '')).toMatchObject({
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '7' }] },
  })

  const server = createServer((socket) => socket.end('port')).listen(0, '127.0.0.1')
  closers.push(async () => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const joined = await readStream(far(), { kind: 'port', uid: 'a', port })
  expect(joined.toString()).toBe('port')
})

test('a port of a container that has only just started is waited for, and one of a container that runs is not', async () => {
  const { drive, device, far } = await startAgent(closers)
  void drive().peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  const port = await findClosedPort()
  const joined = readStream(far(), { kind: 'port', uid: 'a', port })
  await new Promise((resolve) => setImmediate(resolve))
  const server = createServer((socket) => socket.end('late')).listen(port, '127.0.0.1')
  expect((await joined).toString()).toBe('late')
  await new Promise((resolve) => server.close(resolve))
  await device.clock.pass(10_000)
  await expect(readStream(far(), { kind: 'port', uid: 'a', port })).rejects.toThrow('ECONNREFUSED')
})

test('says of each pod how it is when it is asked, whatever it was told to be', async () => {
  const { drive, device } = await startAgent(closers)
  const { peer, reportOf } = drive()
  const pods = [createPod('a'), createPod('b', { containers: ['web', 'side'] })]
  void peer.request('assign', { term: 1, serial: 1, pods })
  await device.clock.pass(500)
  const ask = async () => {
    const asked = ['a', 'b', 'c'].map((uid) => ({ uid, port: 4711 }))
    const answer = await peer.request('probe', { pods: asked })
    return answer.pods.map(({ uid, sign }) => `${uid} ${sign}`)
  }
  expect(await ask()).toEqual(['a lives', 'b lives', 'c ended'])
  const [first, , side] = (await device.engine.listContainers()).toSorted((one, two) =>
    one.name.localeCompare(two.name),
  )
  if (first === undefined || side === undefined) throw new Error('Nothing runs.')
  device.machine.disguise(first.id, 'silent')
  device.machine.disguise(side.id, 'held')
  expect(await ask()).toEqual(['a silent', 'b held', 'c ended'])
  expect(reportOf('a')?.status.phase).toBe('Running')
  device.machine.disguise(side.id, 'ended')
  expect(await ask()).toEqual(['a silent', 'b lives', 'c ended'])
})

test('what is attached sees what is written from then on, and the end', async () => {
  const { drive, device, far } = await startAgent(closers)
  void drive().peer.request('assign', {
    term: 1,
    serial: 1,
    pods: [createPod('a', { command: 'greet' })],
  })
  await device.clock.pass(500)
  const attached = readStream(far(), { kind: 'attach', uid: 'a' })
  await device.clock.pass(0)
  const [found] = await device.engine.listContainers()
  if (found === undefined) throw new Error('Nothing runs.')
  await device.engine.stopContainer(found.id, 1)
  expect(textOfChannels(await attached)).toEqual({
    [channels.stdout]: 'bye\n',
    [channels.error]: '{"metadata":{},"status":"Success"}',
  })
})

test.each([
  [{ kind: 'logs', uid: 'b' }, 'The device has no pod b with a container.'],
  [{ kind: 'exec', uid: 'a', container: 'x', command: ['sh'] }, 'no pod a with a container x'],
  [{ kind: 'control' }, 'This link has a control stream already.'],
] as const)('refuses %o, saying why', async (target, reason) => {
  const { drive, device, far } = await startAgent(closers)
  void drive().peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  await expect(readStream(far(), target)).rejects.toMatchObject({
    code: 'refusedStream',
    message: expect.stringContaining(reason),
  })
})

test('a masternode that sends anything at all is refused or let be, and the rest goes on', async () => {
  const { drive, device, far } = await startAgent(closers)
  void drive().peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(500)
  const command: StreamTarget = { kind: 'exec', uid: 'a', command: ['cat'], stdin: true, tty: true }
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.uint8Array(), fc.constant(encodeStreamTarget(command))),
      fc.array(
        fc.oneof(
          fc.uint8Array(),
          fc
            .tuple(fc.constantFrom(0, 3, 4, 7, 255), fc.uint8Array({ maxLength: 20 }))
            .map(([channel, bytes]) => encodePiece(channel, bytes)),
        ),
        { maxLength: 5 },
      ),
      async (target, pieces) => {
        const handler = {
          onData: () => {},
          onEnd: () => {},
          onReset: () => {},
          onWritable: () => {},
        }
        const stream = far().open({ target: Buffer.from(target) }, () => handler)
        for (const piece of pieces) stream.write(Buffer.from(piece))
        await device.clock.pass(0)
        stream.reset('cancel')
        await device.clock.pass(0)
      },
    ),
    { numRuns: 60 },
  )
  expect(device.faults).toEqual([])
  expect(far().streamCount).toBe(1)
  expect((await readStream(far(), { kind: 'logs', uid: 'a' })).toString()).toBe('')
})

test('a masternode measures this device, and no other', async () => {
  const { drive, device } = await startAgent(closers)
  const { peer } = drive()
  const request = { nonce: `0x${'1'.repeat(64)}`, device: 7, piece: 'memory' } as const
  const measured = peer.request('measure', request)
  const again = peer.request('measure', request)
  const other = peer.request('measure', { ...request, device: 8 })
  const ends = Promise.allSettled([again, other])
  await device.clock.pass(0)
  expect(await measured).toMatchObject(request)
  expect(await ends).toMatchObject([
    { reason: { remoteCode: 'DEVICE_MEASUREMENT_RUNNING' } },
    { reason: { remoteCode: 'DEVICE_OTHER', kind: 'conflict' } },
  ])
})

test('that it is to be emptied is told at once', async () => {
  const { drive, device, drain } = await startAgent(closers)
  const { machines } = drive()
  await device.clock.pass(0)
  drain.set(true)
  drain.set(true)
  await device.clock.pass(0)
  drain.set(false)
  await device.clock.pass(0)
  expect(machines.map(({ isDraining }) => isDraining)).toEqual([false, true, false])
})

test('what device and pods use is told every 15 seconds', async () => {
  const { drive, device } = await startAgent(closers)
  const { usages, peer } = drive()
  void peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(15_000)
  expect(usages).toEqual([])
  await device.clock.pass(15_000)
  expect(usages).toMatchObject([
    {
      windowMs: 15_000,
      node: { cpuMilli: 500, memoryBytes: 1e6 },
      pods: [{ uid: 'a', namespace: 'acme', name: 'a', containers: [{ name: 'web' }] }],
    },
  ])
})

test('what it remembers and cannot read stops the start', async () => {
  const device = createMemoryDevice()
  await device.stop()
  const broken = { ...device.store, load: () => Promise.reject(new Error('The disk is broken.')) }
  const run = runAgent({ ...agentPartsOf(device), store: broken }, new AbortController().signal)
  await expect(run).rejects.toThrow('The disk is broken.')
})

/** Returns a port of loopback at which nobody listens. */
async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('what its owner allows is told, and what a pause stops is gone for good', async () => {
  const { drive, device, standing } = await startAgent(closers)
  const masternode = drive()
  await device.clock.pass(0)
  await masternode.peer.request('assign', { term: 1, serial: 1, pods: [createPod('a')] })
  await device.clock.pass(1000)
  expect(masternode.machines.at(-1)).toMatchObject({ isDraining: false })
  expect(masternode.machines.at(-1)).not.toHaveProperty('owner')
  const limits = { cpuPercent: 50, memoryBytes: 1000, freeDiskBytes: 4e8 }
  const paused = { ...standing.now().allowance, state: 'pauses', isDraining: true } as const
  standing.set({ limits, allowance: { ...paused, reasons: ['paused'] } })
  await device.clock.pass(1000)
  expect(masternode.machines.at(-1)).toMatchObject({
    isDraining: true,
    owner: { state: 'pauses', reasons: ['paused'] },
    offered: { cpuMilli: 2000, memoryBytes: 1000 },
    freeDiskBytes: 6e8,
  })
  expect(await device.running()).toEqual(['a-web'])
  standing.set({ limits, allowance: { ...paused, isStopping: true, reasons: ['paused'] } })
  await device.clock.pass(3000)
  expect(await device.running()).toEqual([])
  expect(masternode.inventories.at(-1)).toEqual([])
  const pods = [createPod('a'), createPod('b')]
  await masternode.peer.request('assign', { term: 1, serial: 2, pods })
  await device.clock.pass(3000)
  expect(await device.running()).toEqual([])
  standing.set({ limits, allowance: createOwnerStanding().now().allowance })
  await masternode.peer.request('assign', { term: 1, serial: 3, pods: [...pods, createPod('c')] })
  await device.clock.pass(3000)
  expect(await device.running()).toEqual(['c-web'])
})
