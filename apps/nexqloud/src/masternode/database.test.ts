import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from '../scratch-folder.ts'
import { chooseDatabase } from './database.ts'
import { DatabaseUnknownError } from './errors.ts'

const [url, other] = ['postgres://me:secret@db.example/record', 'postgresql://other/']
const none = { env: {} }

test('the command line goes before a file, that before the environment, and the embedded one is last', async () => {
  using folder = openScratchFolder()
  const databaseFile = join(folder.path, 'url')
  writeFileSync(databaseFile, `${url}\n`)
  const shell = { env: { NEXQLOUD_DATABASE: other } }
  expect(await chooseDatabase({ database: other, databaseFile }, none, '/data')).toEqual({
    url: other,
  })
  expect(await chooseDatabase({ databaseFile }, shell, '/data')).toEqual({ url })
  expect(await chooseDatabase({}, shell, '/data')).toEqual({ url: other })
  expect(await chooseDatabase({}, none, '/data')).toEqual({ folder: '/data/masternode/record' })
})

test('what names no PostgreSQL is refused, and not repeated, since it may hold a password', async () => {
  const asked = [
    chooseDatabase({ database: 'mysql://me:secret@db' }, none, '/data'),
    chooseDatabase({ databaseFile: '/absent' }, none, '/data'),
    chooseDatabase({}, { env: { NEXQLOUD_DATABASE: 'secret' } }, '/data'),
  ]
  const failures = await Promise.all(asked.map((each) => each.catch((failure: unknown) => failure)))
  expect(failures.every((failure) => failure instanceof DatabaseUnknownError)).toBe(true)
  expect(failures.map(String).join('\n')).toMatchInlineSnapshot(`
    "DatabaseUnknownError: --database names no PostgreSQL.
    DatabaseUnknownError: There is no file /absent.
    DatabaseUnknownError: NEXQLOUD_DATABASE names no PostgreSQL."
  `)
})
