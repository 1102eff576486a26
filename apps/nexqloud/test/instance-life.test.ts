import { kinds } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { createMemoryPrinter } from '../src/printer.ts'
import { image, openInstances } from './instance-network.ts'

test('an instance is launched, listed, stopped, started again and removed', async () => {
  const { type } = await openInstances(1)
  const asked = ['run', image, '-p', '80/http', '-p', '5432', '--json']
  const [run] = (await type(asked)).documents
  expect(run).toMatchObject({ name: 'web', status: 'Running', device: 'device-1', isReady: true })
  const address = String(run?.['address'])
  expect(run?.['urls']).toEqual([
    `http://${address}:80`,
    `http://${address}:5432`,
    'http://web.default.localhost:8080',
  ])
  const { lines } = await type(['ps'])
  expect(lines[1]).toMatch(
    /^web {3}registry\.test\/a\/web:1 {2}Running \(\d+s\) {2}device-1 {2}127\.67\.\d+\.\d+:80,5432 +0 +\d+s$/,
  )
  expect((await type(['stop', 'web'])).lines).toEqual(['web'])
  expect((await type(['ps'])).lines).toEqual([
    'No instance runs; 1 at rest: nexqloud ps --all shows them.',
  ])
  expect((await type(['ps', '--all'])).lines[1]).toMatch(
    /^web .* Stopped \(\d+s\) .* UserStopped: stopped by user$/,
  )
  const [started] = (await type(['start', 'web', '--json'])).documents
  expect(started).toMatchObject({ status: 'Running', address })
  await expect(type(['rm', 'web'])).rejects.toMatchObject({ code: 'INSTANCE_UNCONFIRMED' })
  expect((await type(['rm', '--yes', 'web'])).lines).toEqual(['web'])
  expect((await type(['ps', '-a'])).lines).toEqual([
    'No instances: nexqloud run IMAGE launches one.',
  ])
})

test('where an instance answers is printed', async () => {
  const { type } = await openInstances(1)
  const { code, lines } = await type(['run', image, '-p', '80/http', '--name', 'site'])
  expect(code).toBe(0)
  expect(lines.map((line) => line.replaceAll(/127\.67\.\d+\.\d+/g, 'ADDRESS')))
    .toMatchInlineSnapshot(`
      [
        "name     site",
        "status   Running",
        "device   device-1",
        "address  ADDRESS",
        "URL      http://ADDRESS:80",
        "         http://site.default.localhost:8080",
      ]
    `)
})

test('a name that was made up is numbered where it is taken, and a chosen one is not', async () => {
  const { type } = await openInstances(0)
  expect((await type(['run', image, '--no-wait'])).lines).toEqual(['web'])
  expect((await type(['run', image, '--no-wait'])).lines).toEqual(['web-2'])
  await expect(type(['run', image, '--name', 'web'])).rejects.toMatchObject({
    code: 'INSTANCE_NAME_TAKEN',
    message: 'There is an instance web already.',
  })
})

test('who asks to remove what runs is asked, and may say no', async () => {
  const { type } = await openInstances(1)
  await type(['run', image])
  await expect(type(['rm', 'web'], { answers: ['n'] })).rejects.toMatchObject({
    code: 'CLI_STOPPED',
  })
  expect((await type(['rm', 'web'], { answers: ['y'] })).lines).toEqual(['web'])
})

test('what runs once and has ended is at rest, and starts again when it is asked to', async () => {
  const { type, client } = await openInstances(1)
  const asked = ['run', image, '--restart', 'never', '--name', 'job', '--', 'done']
  const { lines } = await type(asked)
  expect(lines[1]).toBe('status   Completed')
  expect((await type(['ps'])).lines).toHaveLength(1)
  expect((await type(['ps', '-a'])).lines[1]).toContain('Completed')

  const name = { namespace: 'default', name: 'job' }
  const first = await client.get(kinds.pods, name)
  await type(['start', 'job', '--no-wait'])
  await vi.waitFor(async () => {
    const pod = await client.get(kinds.pods, name)
    expect(pod.metadata?.uid).not.toBe(first.metadata?.uid)
    expect(pod.status?.phase).toBe('Succeeded')
  }, 15_000)
})

test('all names that are not there are named, and nothing is done', async () => {
  const { type } = await openInstances(0)
  await type(['run', image, '--no-wait'])
  await expect(type(['stop', 'web', 'one', 'two'])).rejects.toMatchObject({
    code: 'INSTANCE_ABSENT',
    message: 'There is no instance one, two in the namespace default.',
    hint: 'There are: web.',
  })
  const [list] = (await type(['ps', '--json'])).documents
  expect(list?.['instances']).toMatchObject([{ name: 'web', status: 'Pending' }])
})

test('what has no device yet is stopped, started and removed at once', async () => {
  const { type } = await openInstances(0)
  await type(['run', image, '--no-wait'])
  expect((await type(['stop', 'web'])).code).toBe(0)
  expect((await type(['ps', '-a'])).lines[1]).toMatch(/^web .* Stopped/)
  expect((await type(['start', 'web', '--no-wait'])).lines).toEqual(['web'])
  expect((await type(['ps'])).lines[1]).toMatch(/^web .* Pending/)
  expect((await type(['rm', '-y', 'web'])).code).toBe(0)
})

test('a namespace that is not there is named by the API', async () => {
  const { type } = await openInstances(0)
  await expect(type(['run', image, '--namespace', 'none'])).rejects.toMatchObject({
    message: 'namespaces "none" not found',
  })
})

test('a watch tells what changes, and what is removed', async () => {
  const { type } = await openInstances(1)
  await type(['run', image, '--name', 'resting'])
  await type(['stop', 'resting'])
  await type(['run', image])
  const stop = new AbortController()
  const printer = createMemoryPrinter()
  const watching = type(['ps', '-w'], { signal: stop.signal, printer })
  const sees = (pattern: RegExp) =>
    vi.waitFor(() => expect(printer.lines.at(-1)).toMatch(pattern), 15_000)
  await sees(/^web .* Running /)
  await type(['stop', 'web'])
  await sees(/^web .* Stopped /)
  await type(['rm', 'web'])
  await sees(/^web {2}removed$/)
  stop.abort()
  await watching
  expect(printer.lines[0]).toMatch(/^NAME/)
  expect(printer.lines.filter((line) => line.startsWith('resting'))).toEqual([])
})
