import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { makeFolder } from './fresh-copy.ts'

const runner = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
const config = fileURLToPath(new URL('fixture/vitest.config.ts', import.meta.url))

test('the reporter counts every outcome, with its message or reason', () => {
  const folder = makeFolder()
  const file = join(folder, 'tally.json')
  const { status } = spawnSync(process.execPath, [runner, 'run', '--config', config], {
    env: { ...process.env, NEXQLOUD_TALLY_FILE: file },
  })
  expect(status).toBe(1)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    passed: 1,
    failures: [
      { name: 'outcomes.ts › fails', message: 'It failed.' },
      { name: 'broken.ts', message: 'It does not load.' },
    ],
    skips: [
      { name: 'outcomes.ts › skips with a reason', reason: 'There is no engine.' },
      { name: 'outcomes.ts › skips in silence', reason: '' },
      { name: 'outcomes.ts › is not written', reason: '' },
    ],
  })
  rmSync(folder, { recursive: true })
})
