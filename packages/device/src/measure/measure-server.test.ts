import { createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import type { MeasureAnswer, MeasureRequest } from '../protocol/measurement.ts'
import { createMeasureServer } from './measure-server.ts'

const question = { nonce: `0x${'a'.repeat(64)}`, device: 7 } as const

test('a masternode that asks without end has the disk worn for some measurements only, and a later one is answered', async () => {
  const clock = createManualClock(0)
  const serve = createMeasureServer(7, answer, clock)
  const written = async (): Promise<number> => {
    for (let rounds = 0; rounds < 1000; rounds += 1) {
      const failed = await serve({ ...question, piece: 'storage' }).catch((error: unknown) => error)
      if (failed instanceof Error) {
        expect(failed).toMatchObject({ code: 'DEVICE_DISK_SPARED' })
        return rounds
      }
    }
    return Infinity
  }
  expect(await written()).toBe(48)
  await serve({ ...question, piece: 'memory' })
  await clock.pass(3_600_000)
  expect(await written()).toBe(12)
})

async function answer(request: MeasureRequest): Promise<MeasureAnswer> {
  const worked = { totalBytes: 1, workedBytes: 1, ms: 200, proof: '0'.repeat(64) }
  return { ...request, piece: 'storage', ...worked }
}
