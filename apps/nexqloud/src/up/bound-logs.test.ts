import { appendFileSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { boundLogs } from './bound-logs.ts'

test('a log that is too long is begun anew, also for who has it open, and its last part is kept once', async () => {
  using folder = openScratchFolder()
  const [long, short] = [join(folder.path, 'chain.log'), join(folder.path, 'device.log')]
  const open = openSync(long, 'a')
  writeSync(open, 'first'.repeat(10))
  appendFileSync(short, 'short')
  await boundLogs(folder.path, 20)
  writeSync(open, 'second')
  expect(readFileSync(long, 'utf8')).toBe('second')
  expect(readFileSync(`${long}.1`, 'utf8')).toBe('first'.repeat(10))
  expect(readFileSync(short, 'utf8')).toBe('short')
  writeSync(open, 'third'.repeat(10))
  await boundLogs(folder.path, 20)
  expect(readdirSync(folder.path).toSorted()).toEqual(['chain.log', 'chain.log.1', 'device.log'])
})
