import { readRelease } from '@nexqloud/contracts'
import { expect, test } from 'vitest'

import { generatedFiles, staleFiles } from '../tool/files.ts'

test('what is generated is what the contracts say', () => {
  expect(staleFiles(generatedFiles(readRelease()))).toEqual([])
})
