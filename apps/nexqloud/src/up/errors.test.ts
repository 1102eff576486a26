import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { PartFailedError } from './errors.ts'

test('a part that failed is told with what it said was wrong, not only with what to do about it', () => {
  using folder = openScratchFolder()
  const log = join(folder.path, 'chain.log')
  writeFileSync(
    log,
    'Listening.\nThe disk is full.\nMake room on the disk and repeat the command.\n',
  )
  const { message } = new PartFailedError('chain', { how: 'ended with exit code 1', log })
  expect(message).toBe(
    'chain ended with exit code 1: The disk is full. Make room on the disk and repeat the command.',
  )
})
