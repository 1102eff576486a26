import { readFile } from 'node:fs/promises'

import { accountOf } from '@nexqloud/kernel'
import { parseWitnessFile, witnessFileHash } from '@nexqloud/store'
import { expect, test, vi } from 'vitest'

import { assignPayer, createInstance, podIsReady } from '../test/instance.ts'
import { openRecordLab } from '../test/record-lab.ts'

test('a period of a device and its pod becomes a witness file, with no database at all', async () => {
  const never = () => Promise.reject(new Error('There is none.'))
  // A minute of such a period is the whole of it.
  const lab = await openRecordLab(never, { periodSeconds: 10 })
  await lab.join('device-1')
  await createInstance(lab.client)
  const payer = await assignPayer(lab.client)
  await podIsReady(lab.client)
  const seconds = await vi.waitFor(
    async () => {
      const files = await Promise.all(lab.sealed.map(({ file }) => readFile(file)))
      expect(files.map(witnessFileHash)).toEqual(lab.sealed.map(({ hash }) => hash))
      const full = files.map(parseWitnessFile).flatMap(({ runs }) => [...runs])
      expect(new Set(full.map(({ instance }) => accountOf(instance)))).toEqual(new Set([payer]))
      expect(full.every(({ device }) => device === 1)).toBe(true)
      return Math.max(...full.map((run) => run.seconds))
    },
    { timeout: 90_000, interval: 500 },
  )
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(10)
  expect(lab.failures.filter((failure) => !failure.startsWith('record: Error'))).toEqual([])
})
