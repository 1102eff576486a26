import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

test('a command ends quietly, as others do, when nobody reads its results', async () => {
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [remarks, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
  expect({ code, remarks }).toEqual({ code: 141, remarks: '' })
})

test('a command whose remarks nobody reads does its work', async () => {
  const child = spawn(process.execPath, [main, 'nonsense'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr.destroy()
  const [results, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect({ code, results }).toEqual({ code: 2, results: '' })
})
