import { expect, test, vi } from 'vitest'

import { createMemoryPrinter } from '../src/printer.ts'
import { image, openInstances } from './instance-network.ts'

test('an image that is not there is told with what to do', async () => {
  const { type } = await openInstances(1)
  await expect(type(['run', 'registry.test/a/none:1'])).rejects.toMatchObject({
    code: 'INSTANCE_FAILED',
    kind: 'unavailable',
    reason: 'ImageNotFound',
    message: expect.stringMatching(/^none does not run\. ImageNotFound: Image .*none:1: /),
    hint: expect.stringMatching(/^Where it is private: .*nexqloud rm none takes it away\.$/),
  })
  const { lines } = await type(['ps'])
  expect(lines[1]).toMatch(/^none .* ImagePullBackOff .* ImageNotFound: Image /)
})

test('what never ran has nothing to lose, and is removed without a question', async () => {
  const { type } = await openInstances(1)
  await expect(type(['run', 'registry.test/a/none:1'])).rejects.toMatchObject({})
  expect((await type(['rm', 'none'])).lines).toEqual(['none'])
})

test('a command that fails at once is told with its exit code and its last lines', async () => {
  const { type } = await openInstances(1)
  const running = type(['run', image, '--', 'fail'])
  await expect(running).rejects.toMatchObject({
    reason: 'Error',
    message: 'web does not run. Error: its command ended with exit code 3',
  })
  const { lines } = await type(['describe', 'web'])
  expect(lines.join('\n')).toContain('Error: its command ended with exit code 3')
})

test('a command that is done at once is told how it would have run once', async () => {
  const { type } = await openInstances(1)
  await expect(type(['run', image, '--', 'done'])).rejects.toMatchObject({
    reason: 'Completed',
    hint: expect.stringContaining('--restart never'),
  })
})

test('what no device has room for is refused before anything is made, and told what the largest one has', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  await expect(type(['run', image, '--name', 'big', '--memory', '64Gi'])).rejects.toMatchObject({
    code: 'INSTANCE_NO_ROOM',
    message: expect.stringMatching(
      /^big was not launched: blocked by memory: the largest free device has .*, asked 64 GiB\. device-1 has .* of .* free: held by web 512 MiB\.$/,
    ),
  })
  const { lines } = await type(['ps', '--all'])
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['NAME', 'web'])
})

test('a registry that does not answer is waited for, saying so', async () => {
  const { type } = await openInstances(1)
  const asked = ['run', 'elsewhere.test/a/web:1', '--timeout', '3']
  await expect(type(asked)).rejects.toMatchObject({
    code: 'INSTANCE_WAIT_TIMEOUT',
    message: expect.stringContaining('RegistryUnavailable'),
  })
})

test('Ctrl-C leaves an instance running, and says so', async () => {
  const { type } = await openInstances(0)
  const stop = new AbortController()
  const printer = createMemoryPrinter()
  const running = type(['run', image], { signal: stop.signal, printer })
  await vi.waitFor(() => expect(printer.notes).toHaveLength(1), 15_000)
  stop.abort()
  const { code, notes } = await running
  expect(code).toBe(130)
  expect(notes).toEqual([
    'web waits. Unschedulable: blocked by devices: no device is connected',
    'web goes on by itself: nexqloud ps shows how far it is.',
  ])
  expect((await type(['ps'])).lines[1]).toMatch(/^web /)
})
