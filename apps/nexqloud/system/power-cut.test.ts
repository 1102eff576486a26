import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { cutPower, traceInto } from './power-cut.ts'

test('a power cut takes what was written and not synced, and nothing else', async (context) => {
  if (process.platform !== 'linux') context.skip('Only Linux has strace.')
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-cut-'))
  const [file, trace] = [join(folder, 'file'), join(folder, 'trace')]
  const script = `
    const { fsyncSync, openSync, writeSync } = require('node:fs')
    const file = openSync(${JSON.stringify(file)}, 'a')
    writeSync(file, 'kept ')
    fsyncSync(file)
    writeSync(file, 'lost')
  `
  const [program = '', ...options] = traceInto(trace)
  execFileSync(program, [...options, process.execPath, '-e', script])
  expect(await cutPower(folder, trace)).toEqual({ dropped: 4, synced: 5 })
  expect(readFileSync(file, 'utf8')).toBe('kept ')
  rmSync(folder, { recursive: true })
})
