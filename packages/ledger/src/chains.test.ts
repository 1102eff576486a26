import { readNetwork } from '@nexqloud/contracts'
import { expect, test } from 'vitest'

import { nexqloud, nexqloudLocal } from './index.ts'

test('the chains have the numbers that their networks start with', () => {
  expect(nexqloud.id).toBe(readNetwork('main').chain.chainId)
  expect(nexqloudLocal.id).toBe(readNetwork('local').chain.chainId)
})
