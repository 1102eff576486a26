import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import { StatusError } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createMemoryStreams } from '../src/standard-streams.ts'
import { image, openInstances } from './instance-network.ts'

test('a log is printed as it is, in part, and as a document', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  const log = async (...options: readonly string[]): Promise<string> => {
    const streams = createMemoryStreams()
    const { code } = await type(['logs', 'web', ...options], { streams })
    streams.stdout.end()
    return `${code}: ${await text(streams.stdout)}`
  }
  expect(await log()).toBe('0: one\ntwo\n')
  expect(await log('--tail', '1', '--since', '1h')).toBe('0: two\n')
  expect(await log('--timestamps')).toMatch(/^0: \d{4}-\S+Z one\n/)
  const { documents } = await type(['logs', 'web', '--json'])
  expect(documents).toEqual([{ name: 'web', lines: ['one', 'two'] }])
})

test('a log is followed to another device, until Ctrl-C', async () => {
  const network = await openInstances(0)
  const { type } = network
  const agents = [await network.join('device-1'), await network.join('device-2')]
  const [run] = (await type(['run', image, '--json'])).documents
  const stop = new AbortController()
  const streams = createMemoryStreams()
  const seen: string[] = []
  streams.stdout.on('data', (piece: Buffer) => seen.push(String(piece)))
  const following = type(['logs', '-f', 'web'], { streams, signal: stop.signal })
  await vi.waitFor(() => expect(seen.join('')).toBe('one\ntwo\n'), 15_000)
  agents.find(({ name }) => name === run?.['device'])?.drain.set(true)
  await vi.waitFor(() => expect(seen.join('')).toBe('one\ntwo\none\ntwo\n'), 30_000)
  stop.abort()
  const { code, notes } = await following
  expect(code).toBe(130)
  expect(notes[0]).toMatch(/^web was started again on device-[12]\.$/)
})

test('a log whose way breaks off is followed on from there', async () => {
  const { type, client, streams: real } = await openInstances(1)
  await type(['run', image])
  const asked: Parameters<typeof real.log>[1][] = []
  const broken = new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'The device is not connected.',
    code: 503,
  })
  const stop = new AbortController()
  const following = type(['logs', '-f', '--tail', '1', 'web'], {
    signal: stop.signal,
    openCluster: async () => ({
      client: { ...client, close: async () => {} },
      streams: {
        ...real,
        async *log(target, options, signal) {
          asked.push(options)
          if (asked.length < 3) throw broken
          yield* real.log(target, options, signal)
        },
      },
    }),
  })
  await vi.waitFor(() => expect(asked).toHaveLength(3), 15_000)
  stop.abort()
  const { code, notes } = await following
  expect(code).toBe(130)
  expect(notes).toEqual(['The way to device-1 broke off: The device is not connected.'])
  expect(asked[0]).toMatchObject({ tailLines: 1, sinceTime: undefined })
  expect(asked[2]?.tailLines).toBeUndefined()
  expect(asked[2]?.sinceTime).toBe(asked[1]?.sinceTime)
})

test('a command gets what is piped in, and gives its exit code', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  const streams = createMemoryStreams()
  streams.stdin.end('hello')
  expect((await type(['exec', '-i', 'web', 'cat'], { streams })).code).toBe(0)
  expect(String(streams.stdout.read())).toBe('hello')
  expect((await type(['exec', 'web', '--', 'fail'], { streams })).code).toBe(3)
  expect(String(streams.stderr.read())).toBe('oops')
  const { documents } = await type(['exec', '--json', 'web', 'fail'])
  expect(documents).toEqual([{ name: 'web', exitCode: 3, stdout: '', stderr: 'oops' }])
})

test('a terminal is given away raw, with its size, and taken back', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  const raw: boolean[] = []
  const listeners: ((size: { width: number; height: number }) => void)[] = []
  const streams = createMemoryStreams({
    size: () => ({ width: 80, height: 24 }),
    onResize: (listener) => {
      listeners.push(listener)
      return () => void listeners.splice(0)
    },
    setRaw: (isRaw) => raw.push(isRaw),
  })
  const output = new PassThrough()
  streams.stdout.pipe(output)
  const running = type(['exec', '-it', 'web', 'size'], { streams })
  await vi.waitFor(() => expect(listeners).toHaveLength(1), 15_000)
  streams.stdin.write('x')
  await vi.waitFor(() => expect(String(output.read())).toBe('80x24'), 15_000)
  listeners[0]?.({ width: 100, height: 50 })
  streams.stdin.write('x')
  await vi.waitFor(() => expect(String(output.read())).toBe('100x50'), 15_000)
  streams.stdin.end()
  expect((await running).code).toBe(0)
  expect(raw).toEqual([true, false])
  expect(listeners).toEqual([])
  output.end()
  expect(await text(output)).toBe('')
})

test('where there is no terminal, a command runs without one, saying so', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  const { code, notes } = await type(['exec', '-t', 'web', 'fail'])
  expect([code, notes]).toEqual([3, ['Without a terminal: standard input or output is none.']])
})

test('what has no container has no log and runs no command, and the reason is told', async () => {
  const { type } = await openInstances(0)
  await type(['run', image, '--no-wait'])
  const absent = {
    code: 'INSTANCE_NOT_RUNNING',
    message: expect.stringMatching(/^web has no container now; its status is Pending/),
  }
  await expect(type(['logs', 'web'])).rejects.toMatchObject(absent)
  await expect(type(['exec', 'web', 'sh'])).rejects.toMatchObject(absent)
  await expect(type(['logs', 'none'])).rejects.toMatchObject({ code: 'INSTANCE_ABSENT' })
})

test('an instance is described on one screen', async () => {
  const { type } = await openInstances(1)
  await type(['run', image, '-p', '80', '-e', 'PASSWORD=secret', '--type', 't3.nano'])
  const running = (await type(['describe', 'web'])).lines
  expect(running).toContain('engine       memory://1, nothing of the image runs')
  await type(['stop', 'web'])
  const { lines } = await type(['describe', 'web'])
  const eventsAt = lines.indexOf('events')
  const screen = lines
    .slice(0, eventsAt)
    .join('\n')
    .replaceAll(/127\.67\.\d+\.\d+/g, 'ADDRESS')
    .replaceAll(/\b\d+s\b/g, 'Ns')
  expect(screen).toMatchInlineSnapshot(`
    "name         web, in the namespace default
    image        registry.test/a/web:1
    status       Stopped (Ns)
    environment  PASSWORD
    limits       2 CPU, 512Mi memory
    restart      always; 0 times since it was placed
    age          Ns

    why
      UserStopped: stopped by user
      nexqloud start web starts it again.

    stops
      Ns ago UserStopped, by user, on device-1: its instance has the runStrategy Halted
    "
  `)
  // Who writes events does not wait for one another: their order within a moment is theirs.
  const events = lines.slice(eventsAt + 1)
  expect(events.join('\n')).toMatch(/^ {2}\d+s ago {2}Started {4,}Started container main\.$/m)
  expect(events.at(-1)).toMatch(/UserStopped|Killing/)
  const [document] = (await type(['describe', 'web', '--json'])).documents
  expect(document).toMatchObject({
    name: 'web',
    status: 'Stopped',
    limits: { cpu: '2', memory: '512Mi' },
    lastStop: { cause: 'UserStopped', device: 'device-1' },
  })
})
