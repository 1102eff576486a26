import { once } from 'node:events'

import type { Pod } from '@nexqloud/control'
import type { ContainerStreams } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { startScript } from './start-script.ts'

type Run = ContainerStreams['run']

const pod: Pod = {
  metadata: { namespace: 'acme', name: 'i-1', uid: 'u1' },
  spec: { nodeName: 'device-1', containers: [{ name: 'main', image: 'a' }] },
}
const script = Buffer.from('#!/bin/sh\necho hello\n')

test('a script is handed to the container of the pod as it is', async () => {
  const seen: unknown[] = []
  const run: Run = async (target, { stdin, command }) => {
    const parts: Buffer[] = []
    for await (const part of stdin ?? []) parts.push(part as Buffer)
    seen.push(
      target,
      Buffer.concat(parts).toString(),
      command[2]?.includes(`-eq ${script.length} `),
    )
    return 0
  }
  await startScript(run, pod, script)
  const target = { node: 'device-1', namespace: 'acme', pod: 'i-1', uid: 'u1', container: 'main' }
  expect(seen).toEqual([target, script.toString(), true])
})

test('a container that takes it not says why', async () => {
  const run: Run = async (_, { stderr }) => {
    stderr.write('no shell here')
    return 127
  }
  await expect(startScript(run, pod, script)).rejects.toThrow('exit code 127. no shell here')
})

test('a container that writes without end is heard to a little of it, and ends nothing', async () => {
  const run: Run = async (_, { stderr, stdout }) => {
    for (let round = 0; round < 200; round += 1) {
      for (const stream of [stdout, stderr]) {
        if (!stream.write(Buffer.alloc(1 << 20, 'x'))) await once(stream, 'drain')
      }
    }
    throw new TypeError('The link broke.')
  }
  await expect(startScript(run, pod, script)).rejects.toThrow('The link broke.')
})
