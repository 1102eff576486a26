import { createManualClock } from '@nexqloud/kernel'
import { expect, onTestFinished, test, vi } from 'vitest'

import { openApi } from '../../test/lab/open-world.ts'
import { requests, type Request } from './request.ts'
import { sweepRequests } from './sweep-requests.ts'

const DAY_MS = 86_400_000

test('a request is kept for a day, and as long as it is not made', async () => {
  const startMs = Date.parse('2026-11-27T00:00:00Z')
  const clock = createManualClock(startMs)
  const fail = (failure: unknown): void => expect.fail(String(failure))
  const { client, close } = await openApi(fail)
  const over = new AbortController()
  onTestFinished(close)
  await keep('made', true)
  await keep('begun', false)
  const sweeping = sweepRequests({ client, clock, onFailure: fail }, over.signal)
  const names = async () =>
    (await client.list(requests)).items.map(({ metadata }) => metadata?.name ?? '')
  await clock.pass(DAY_MS)
  expect(await names()).toEqual(['begun', 'made'])
  await clock.pass(DAY_MS / 12)
  await vi.waitFor(async () => expect(await names()).toEqual(['begun']))
  over.abort()
  await sweeping

  async function keep(name: string, isMade: boolean): Promise<void> {
    const spec: Request['spec'] = {
      action: 'CreateVpc',
      region: 'us-east-1',
      principal: 'root',
      sourceAddress: '192.0.2.1',
      at: new Date(startMs).toISOString(),
      inputHash: '',
      writes: [],
    }
    const place = { namespace: 'default' }
    await client.create(requests, place, { metadata: { name }, spec })
    if (!isMade) return
    const status = { ...place, name, subresource: 'status' }
    await client.patch(requests, status, { type: 'merge', body: { status: { isMade } } })
  }
})
