import { join } from 'node:path'

import { expect, onTestFinished, test } from 'vitest'

import { createCleanup } from './lab/cleanup.ts'
import { openNamespace } from './lab/namespace.ts'
import { bringPrograms } from './lab/packages.ts'

const missing = bringPrograms(['nft'])

test('a packet tells whether the owner’s table stands, and no other owner’s', async (context) => {
  if (missing !== undefined) context.skip(missing)
  const cleanup = createCleanup()
  onTestFinished(cleanup.run)
  const { run } = openNamespace(cleanup)
  const printed = run(process.execPath, join(import.meta.dirname, 'lab/sound-table.ts'))
  expect(JSON.parse(printed)).toEqual({ before: false, put: true, other: false, flushed: false })
})
