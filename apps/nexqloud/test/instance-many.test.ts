import { instances, isConditionTrue } from '@nexqloud/control'
import { kinds } from '@nexqloud/kube'
import { expect, test, vi } from 'vitest'

import { exitCode } from '../src/exit-code.ts'
import { createMemoryPrinter } from '../src/printer.ts'
import { image, openInstances } from './instance-network.ts'

const small = ['--cpu', '100m', '--memory', '64Mi']

test('many that are alike run, kept apart, and are one row of the list', async () => {
  const { type, client } = await openInstances(3)
  await vi.waitFor(
    async () => {
      const { items } = await client.list(kinds.nodes, {})
      expect(items.filter((node) => isConditionTrue(node, 'Ready'))).toHaveLength(3)
    },
    { timeout: 30_000 },
  )
  const { code, lines } = await type(['run', image, '--count', '24', ...small])
  expect(code).toBe(0)
  expect(lines[0]).toMatch(
    /^web-1 to web-24 run on 3 devices, \d+\.\d s after they were asked for$/,
  )
  const pods = await client.list(kinds.pods, { namespace: 'default' })
  const perDevice = Map.groupBy(pods.items, ({ spec }) => spec?.nodeName)
  expect([...perDevice.values()].map((each) => each.length)).toEqual([8, 8, 8])
  const listed = (await type(['ps'])).lines
  expect(listed[1]).toMatch(/^web-… \(24\) +\S+ +24 Running +3 devices +0 +\d+s$/)
  expect(listed).toHaveLength(2)
  expect((await type(['ps', '--each'])).lines).toHaveLength(25)
})

test('what is left of an earlier group does not count as those that were asked for now', async () => {
  const { type, client } = await openInstances(1)
  const group = ['run', image, '--name', 'web', ...small]
  await type([...group, '--count', '4'])
  await type(['rm', '--yes', 'web-1', 'web-2'])
  await type([...group, '--count', '2'])
  const { items } = await client.list(kinds.pods, { namespace: 'default' })
  const ready = items.filter((pod) => isConditionTrue(pod, 'Ready'))
  expect(new Set(ready.map(({ metadata }) => metadata?.name))).toEqual(
    new Set(['web-1', 'web-2', 'web-3', 'web-4']),
  )
})

test('many that end as they should are there, and one that cannot run ends the waiting', async () => {
  const { type } = await openInstances(1)
  const jobs = ['run', image, '--count', '2', '--restart', 'never', ...small]
  expect((await type([...jobs, '--name', 'job', '--', 'done'])).code).toBe(0)
  await expect(
    type(['run', 'registry.test/a/nothing:1', '--count', '2', '--name', 'no', ...small]),
  ).rejects.toMatchObject({ code: 'INSTANCE_FAILED' })
})

test('where one of the names is taken nothing is made, and a name that was made up is numbered', async () => {
  const { type, client } = await openInstances(0)
  await type(['run', image, '--name', 'web-2', '--no-wait'])
  const many = ['run', image, '--count', '3', '--no-wait']
  await expect(type([...many, '--name', 'web'])).rejects.toMatchObject({
    code: 'INSTANCE_NAME_TAKEN',
    message: 'There is an instance web-2 already.',
  })
  expect((await client.list(instances, {})).items).toHaveLength(1)
  expect((await type(many)).lines).toEqual(['web-2-1 to web-2-3'])
})

test('whoever ends it while they are asked for is told how many were', async () => {
  const { type, client } = await openInstances(0)
  const stop = new AbortController()
  const atFirst = { ...createMemoryPrinter(), status: () => stop.abort() }
  const asked = ['run', image, '--name', 'web', '--count', '200']
  const { code } = await type(asked, { signal: stop.signal, printer: atFirst })
  expect(code).toBe(exitCode.interrupted)
  const { length } = (await client.list(instances, {})).items
  expect(length).toBeGreaterThan(0)
  expect(length).toBeLessThan(200)
  expect(atFirst.notes).toContain(
    `${length} of 200 of web were asked for, and go on by themselves: nexqloud ps shows them, nexqloud rm takes them away.`,
  )
})

test('where not all of them have a place nothing is made, and it is told how many have one', async () => {
  const { type, client } = await openInstances(1)
  await type(['run', image, '--name', 'first', ...small])
  await expect(
    type(['run', image, '--count', '9', '--cpu', '1', '--memory', '64Mi']),
  ).rejects.toMatchObject({
    code: 'INSTANCE_NO_ROOM',
    message: expect.stringMatching(
      /^web was not launched: 3 of 9 have a place; the next one is blocked by cpu/,
    ),
  })
  expect((await client.list(instances, {})).items).toHaveLength(1)
})
