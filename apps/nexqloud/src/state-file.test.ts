import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'
import { z } from 'zod'

import { openScratchFolder } from './scratch-folder.ts'
import { readStateFile } from './state-file.ts'

const schema = z.object({ count: z.int() })

test.each([
  ['{"count":7}', { count: 7 }],
  ['{"count":"7"}', undefined],
  ['{"count":', undefined],
  ['', undefined],
])('a file that says %s', async (text, known) => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'state.json')
  expect(await readStateFile(file, schema)).toBeUndefined()
  writeFileSync(file, text)
  expect(await readStateFile(file, schema)).toEqual(known)
})
