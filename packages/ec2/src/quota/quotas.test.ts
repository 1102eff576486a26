import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ActionError } from '../action/errors.ts'
import { assertWithinQuota, quotas, type QuotaName } from './quotas.ts'

const names = fc.constantFrom(...(Object.keys(quotas) as QuotaName[]))
const counts = fc.nat({ max: 200_000 })

test('as much as a quota says may be there, and not one more', () => {
  fc.assert(
    fc.property(names, counts, counts, (name, used, asked) => {
      const { value, refusal } = quotas[name]
      const act = (): void => assertWithinQuota(name, { used, asked })
      if (used + asked <= value) return act()
      expect(act).toThrow(ActionError)
      expect(act).toThrow(expect.objectContaining({ awsCode: refusal[0] }))
    }),
  )
})

test('each quota has a code of its own', () => {
  const codes = Object.values(quotas).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const code of codes) expect(code).toMatch(/^L-[0-9A-F]{8}$/)
})
