import { expect, test } from 'vitest'

import { openEmbedded } from '../../test/embedded.ts'
import { kinds } from '../client/kind.ts'
import { createKubeClient } from '../client/kube-client.ts'

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
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  expect(store.list('events').map(({ metadata }) => metadata.name)).toEqual(['again'])
})
