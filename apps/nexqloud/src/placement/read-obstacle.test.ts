import { StatusError } from '@nexqloud/kube'
import { expect, test } from 'vitest'

import { readObstacle } from './read-obstacle.ts'

const now = { nowMs: 0 }

test('where there is no device, that is said', async () => {
  const client = { list: async () => ({ items: [] }) as never }
  expect(await readObstacle(client, {}, now)).toMatchObject({ by: 'devices', placed: 0 })
})

test('whoever does not see the devices is told nothing of them, and any other failure is told', async () => {
  expect(await readObstacle(clientFailing(403, 'Forbidden'), {}, now)).toBeUndefined()
  await expect(readObstacle(clientFailing(503, 'ServiceUnavailable'), {}, now)).rejects.toThrow(
    'It is so.',
  )
})

function clientFailing(code: number, reason: 'Forbidden' | 'ServiceUnavailable') {
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const
  return {
    list: () => Promise.reject(new StatusError({ ...status, code, reason, message: 'It is so.' })),
  }
}
