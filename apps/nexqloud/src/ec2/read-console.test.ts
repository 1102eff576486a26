import { StatusError, type KubeClient } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { createConsoleReader } from './read-console.ts'

const machine = { namespace: 'acme', id: 'i-1' }
const at = '2026-11-27T00:00:01.000Z'

test('what an instance wrote last is told, and when', async () => {
  const read = reader(() => ({
    lines: [
      { text: 'first', at: '2026-11-27T00:00:00.000Z' },
      { text: 'second', at },
    ],
  }))
  const found = await read(machine)
  expect([String(found?.bytes), found?.at]).toEqual(['first\nsecond\n', at])
})

test('of much that it wrote the last 64 KiB are told', async () => {
  const lines = Array.from({ length: 100 }, (_, index) => ({
    text: String(index % 10).repeat(1023),
    at,
  }))
  const { bytes } = (await reader(() => ({ lines }))(machine)) ?? {}
  expect(bytes?.length).toBe(65_536)
  expect(String(bytes).slice(-3)).toBe('99\n')
})

test.each([
  ['wrote nothing', () => ({ lines: [] })],
  [
    'is known to nobody',
    () => {
      throw refusal('NotFound', 404)
    },
  ],
])('of one that %s nothing is told', async (_, answer) => {
  expect(await reader(answer)(machine)).toBeUndefined()
})

test('what else goes wrong is told as what it is', async () => {
  const refused = reader(() => {
    throw refusal('Forbidden', 403)
  })(machine)
  await expect(refused).rejects.toMatchObject({ reason: 'Forbidden' })
})

function reader(answer: () => object) {
  const get = async () => answer()
  return createConsoleReader({ get } as unknown as KubeClient)
}

function refusal(reason: string, code: number): StatusError {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
  return new StatusError({ ...status, reason, code })
}
