import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { startClean } from './start-clean.ts'

test('what a daemon that was killed has left is gone before it starts, and its arguments are its own', () => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'a daemon.pid')
  writeFileSync(file, '1')
  const [program = '', ...args] = startClean(file, ['printf', '%s', 'two words'])
  expect(execFileSync(program, args, { encoding: 'utf8' })).toBe('two words')
  expect(existsSync(file)).toBe(false)
})
