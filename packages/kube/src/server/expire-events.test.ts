import { expect, test } from 'vitest'

import { openEmbedded } from '../../test/embedded.ts'
import { kinds } from '../client/kind.ts'
import { createKubeClient } from '../client/kube-client.ts'
import { StoreFailedError } from '../store/errors.ts'
import { createMemoryDisk } from '../store/memory-disk.ts'
import { openObjectStore } from '../store/object-store.ts'

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const namespace = 'default'

test('events are forgotten an hour after they last happened', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z')
  let wake = (): void => {}
  const clock = {
    wallMs: () => nowMs,
    steadyMs: () => nowMs,
    delay: (): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve
      }),
  }
  const { transport, store } = await openEmbedded({ clock })
  const client = createKubeClient(transport)
  for (const name of ['once', 'again']) {
    await client.create(kinds.events, { namespace }, { metadata: { name }, involvedObject: {} })
  }
  const body = { lastTimestamp: '2026-01-01T00:30:00Z' }
  await client.patch(kinds.events, { namespace, name: 'again' }, { type: 'merge', body })
  nowMs += 61 * 60 * 1000
  wake()
  await turn()
  expect(store.list('events').map(({ metadata }) => metadata.name)).toEqual(['again'])
})

test('events go on to be forgotten once a disk that was full has room', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z')
  let wake = (): void => {}
  const delay = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
    })
  const disk = createMemoryDisk()
  const full = { is: false }
  const write: typeof disk.write = async (batch) => {
    if (full.is) throw new StoreFailedError('/data', new Error('ENOSPC'))
    await disk.write(batch)
  }
  const { transport, store, failures } = await openEmbedded({
    clock: { wallMs: () => nowMs, steadyMs: () => nowMs, delay },
    store: await openObjectStore({ ...disk, write }),
  })
  const event = { metadata: { name: 'old' }, involvedObject: {} }
  await createKubeClient(transport).create(kinds.events, { namespace }, event)
  nowMs += 61 * 60 * 1000
  for (const isFull of [true, false, false]) {
    full.is = isFull
    wake()
    await turn()
  }
  expect(store.list('events')).toEqual([])
  expect(failures[0]).toBeInstanceOf(StoreFailedError)
})
