import { text } from 'node:stream/consumers'

import { openRecordStore, type RecordStore } from '@nexqloud/store'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { openRecordLab, shared } from '../../../packages/masternode/test/record-lab.ts'
import { createMemoryStreams } from '../src/standard-streams.ts'
import { createTyping, image } from './instance-network.ts'

let store: RecordStore

beforeAll(async () => {
  store = await openRecordStore({ folder: undefined })
}, 60_000)
afterAll(() => store.close())

test('what an instance wrote, and what became of it, is told when it is removed', async () => {
  const lab = await openRecordLab(shared(store))
  await lab.join('device-1')
  const type = createTyping(lab)
  await type(['run', image])
  await vi.waitFor(async () => {
    const [stream] = await store.listStreams({ namespace: 'default', name: 'web' })
    expect(stream && (await store.readLines(stream, 10))).toHaveLength(2)
  }, 15_000)
  const { lines } = await type(['describe', 'web'])
  expect(lines).toContain('history')
  // Of what API and record both have, and in the order in which it happened.
  const causes = lines.flatMap((line) => /ago +(Scheduled|Pulled|Started) /.exec(line)?.[1] ?? [])
  expect(causes).toEqual(['Scheduled', 'Pulled', 'Started'])
  await type(['rm', 'web', '--yes'])
  const streams = createMemoryStreams()
  const { code, notes } = await type(['logs', 'web', '--tail', '1'], { streams })
  streams.stdout.end()
  expect([code, await text(streams.stdout)]).toEqual([0, 'two\n'])
  expect(notes).toEqual(['web has no container now: this is from the record.'])
  const [log] = (await type(['logs', 'web', '--json'])).documents
  expect(log).toEqual({ name: 'web', lines: ['one', 'two'] })
  const [document] = (await type(['describe', 'web', '--json'])).documents
  expect(document).toMatchObject({
    status: 'removed',
    record: {
      events: expect.arrayContaining([expect.objectContaining({ cause: 'Scheduled' })]),
      logs: [{ device: 'device-1', container: 'main' }],
    },
  })
})

test('an instance that never was is absent, with a record and without one', async () => {
  const lab = await openRecordLab(shared(store), { isAway: true })
  const type = createTyping(lab)
  for (const command of ['logs', 'describe']) {
    await expect(type([command, 'none'])).rejects.toMatchObject({ code: 'INSTANCE_ABSENT' })
  }
})
