import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { createKubeconfigStreams } from '../src/client/kubeconfig-streams.ts'
import { openKubeconfigTransport } from '../src/client/kubeconfig-transport.ts'
import type { TerminalSize } from '../src/server/streams/kubelet-streams.ts'
import { statusError } from '../src/status-error.ts'
import { createFakeStreams } from '../test/fake-streams.ts'
import { serveEmbedded } from './served-embedded.ts'

const target = { node: '', namespace: 'default', pod: 'web', uid: '', container: 'c' }
const sizes: TerminalSize[] = []
let served: Awaited<ReturnType<typeof serveEmbedded>>

beforeAll(async () => {
  const fake = createFakeStreams()
  served = await serveEmbedded({
    streams: {
      ...fake,
      run: async (where, process) => {
        process.onResize((size) => sizes.push(size))
        return fake.run(where, process)
      },
    },
  })
  const transport = await openKubeconfigTransport(served.kubeconfig())
  const body = {
    mediaType: 'application/json',
    json: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: { nodeName: 'node-a', containers: [{ name: 'c', image: 'x' }] },
    },
  }
  await transport.call({ method: 'POST', path: '/api/v1/namespaces/default/pods', query: {}, body })
  await transport.close()
})
afterAll(async () => {
  await served.close()
})

test('a log is read, and a refusal is one', async () => {
  const options = {
    follow: true,
    previous: false,
    timestamps: false,
    tailLines: 1,
    sinceSeconds: undefined,
    sinceTime: undefined,
    limitBytes: undefined,
  }
  const { log } = createKubeconfigStreams(served.kubeconfig())
  const { signal } = new AbortController()
  expect(await text(log(target, options, signal))).toBe('web/c on node-a: 2\nthe end\n')
  await expect(text(log({ ...target, pod: 'none' }, options, signal))).rejects.toMatchObject({
    reason: 'NotFound',
  })
})

test('a command gets its input and its terminal, and gives its outputs and its exit code', async () => {
  const stdin = new PassThrough()
  const ran = run(['cat'], stdin)
  stdin.end('hello')
  expect(await ran).toEqual({ code: 0, stdout: 'hello', stderr: '' })
  expect(sizes).toEqual([{ width: 80, height: 24 }])
  expect(await run(['false'])).toEqual({ code: 3, stdout: '', stderr: 'oops\n' })
})

test('what refuses a command is told, before and after it could begin', async () => {
  await expect(run(['unknown'])).rejects.toMatchObject({
    message: statusError('BadRequest', 'unknown: not found').message,
  })
  await expect(run(['cat'], undefined, 'none')).rejects.toMatchObject({ reason: 'NotFound' })
})

test('a command ends with whoever asked for it', async () => {
  const stop = new AbortController()
  const { run: start } = createKubeconfigStreams(served.kubeconfig())
  const stdout = new PassThrough()
  stdout.once('data', () => stop.abort())
  stdout.resume()
  const running = start(target, {
    command: ['yes'],
    isTty: false,
    stdin: undefined,
    stdout,
    stderr: new PassThrough(),
    onResize: () => {},
    signal: stop.signal,
  })
  await expect(running).rejects.toMatchObject({ code: 'KUBE_API_UNREACHABLE' })
})

async function run(command: readonly string[], stdin?: PassThrough, pod = 'web') {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const outputs = [text(stdout), text(stderr)]
  const code = await createKubeconfigStreams(served.kubeconfig()).run(
    { ...target, pod },
    {
      command,
      isTty: false,
      stdin,
      stdout,
      stderr,
      onResize: (listener) => listener({ width: 80, height: 24 }),
      signal: new AbortController().signal,
    },
  )
  stdout.end()
  stderr.end()
  const [out, err] = await Promise.all(outputs)
  return { code, stdout: out, stderr: err }
}
