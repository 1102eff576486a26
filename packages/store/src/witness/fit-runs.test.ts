import { parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { someMinutes, unpack } from '../../test/witness.ts'
import { fitRuns } from './fit-runs.ts'
import { encodeWitnessFile, foldMinutes, parseWitnessFile } from './witness-file.ts'

const head = { period: parsePeriod(7), masternode: parseMasternodeId(3), minutes: 5 }

test('what fits is left as it is', () => {
  fc.assert(
    fc.property(someMinutes(head.minutes), (minutes) => {
      const file = foldMinutes(head, minutes)
      const { length } = encodeWitnessFile(file)
      expect(fitRuns(file, length)).toEqual({ file, runsLeftOut: 0 })
    }),
  )
})

test('what does not fit keeps all devices and as many of the longest runs as fit', () => {
  fc.assert(
    fc.property(someMinutes(head.minutes), fc.nat(400), (minutes, less) => {
      const whole = foldMinutes(head, minutes)
      const withoutRuns = encodeWitnessFile({ ...whole, runs: [] }).length
      const mostBytes = Math.max(withoutRuns, encodeWitnessFile(whole).length - less)
      const { file, runsLeftOut } = fitRuns(whole, mostBytes)
      const bytes = encodeWitnessFile(file)
      expect(unpack(parseWitnessFile(bytes))).toEqual(unpack(file))
      expect(bytes.length).toBeLessThanOrEqual(mostBytes)
      expect(file.devices).toEqual(whole.devices)
      expect(file.runs.length + runsLeftOut).toBe(whole.runs.length)
      if (runsLeftOut > 0) expect(bytes.length + 40).toBeGreaterThan(mostBytes)
      const kept = [...file.runs]
      const shortest = Math.min(...kept.map(({ seconds }) => seconds))
      const left = [...whole.runs].filter((run) => !kept.includes(run))
      expect(left.every(({ seconds }) => seconds <= shortest)).toBe(true)
    }),
  )
})
