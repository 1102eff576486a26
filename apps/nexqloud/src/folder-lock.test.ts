import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { lockFolder } from './folder-lock.ts'
import { openScratchFolder } from './scratch-folder.ts'

test('a lock that a power cut has torn, or that is no file, is told with what to do', async () => {
  using folder = openScratchFolder()
  const [torn, none] = [join(folder.path, 'torn'), join(folder.path, 'none')]
  mkdirSync(torn)
  writeFileSync(join(torn, 'lock'), 'no database at all, and long enough for one')
  mkdirSync(join(none, 'lock'), { recursive: true })
  for (const at of [torn, none]) {
    await expect(lockFolder(at)).rejects.toMatchObject({
      code: 'CLI_LOCK_UNUSABLE',
      message: expect.stringContaining(`${at}/lock cannot be locked`),
      hint: expect.stringContaining(`remove ${at}/lock`),
    })
  }
})
