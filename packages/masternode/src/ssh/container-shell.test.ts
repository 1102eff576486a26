import { Duplex, PassThrough } from 'node:stream'

import { systemClock } from '@nexqloud/kernel'
import { kinds, type KubeletStreams } from '@nexqloud/kube'
import type { ShellProcess } from '@nexqloud/ssh'
import { expect, onTestFinished, test } from 'vitest'

import { openMemoryApi } from '../../test/network.ts'
import { createContainerShell } from './container-shell.ts'
import { NoContainerError } from './errors.ts'

const process: ShellProcess = {
  command: ['/bin/sh'],
  isTty: false,
  stdin: undefined,
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  onResize: () => {},
  signal: new AbortController().signal,
}

test('an instance is reached in the first container of its pod, on its device', async () => {
  const { shell, create, asked } = await openScene()
  const { uid } = await create({ nodeName: 'device-1' })
  expect(await shell.run('default/i-1', process)).toBe(7)
  await shell.connect('default/i-1', 80, process.signal)
  const target = { node: 'device-1', namespace: 'default', pod: 'i-1', uid, container: 'main' }
  expect(asked).toEqual([target, { ...target, port: 80 }])
})

test('one that has no pod, or none on a device, is said to run nowhere', async () => {
  const { shell, create } = await openScene()
  await expect(shell.run('default/i-1', process)).rejects.toThrow(NoContainerError)
  await create({})
  await expect(shell.connect('default/i-1', 80, process.signal)).rejects.toThrow(NoContainerError)
})

async function openScene() {
  const streams: KubeletStreams = {
    log: () => {
      throw new TypeError('Nobody asks for logs.')
    },
    run: async (target) => {
      asked.push(target)
      return 7
    },
    connect: async (target, port) => {
      asked.push({ ...target, port })
      return Duplex.from('')
    },
  }
  const asked: object[] = []
  const { client, close } = await openMemoryApi({
    identity: 'masternode-1',
    clock: systemClock,
    streams,
    onFailure: () => {},
  } as unknown as Parameters<typeof openMemoryApi>[0])
  onTestFinished(close)
  await client.create(kinds.namespaces, {}, { metadata: { name: 'default' } }).catch(() => {})
  return {
    asked,
    shell: createContainerShell({ client, streams }),
    create: async (spec: { readonly nodeName?: string }) => {
      const containers = [
        { name: 'main', image: 'main' },
        { name: 'beside', image: 'beside' },
      ]
      const pod = { metadata: { name: 'i-1' }, spec: { ...spec, containers } }
      const { metadata } = await client.create(kinds.pods, { namespace: 'default' }, pod)
      return { uid: metadata?.uid }
    },
  }
}
