import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { openScratchFolder } from './scratch-folder.ts'
import { makePrivateFolder, readIfPresent, writeOnce } from './whole-file.ts'

test('what is written is there as a whole, for its owner alone, and nothing else is', async () => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'secret')
  expect(await writeOnce({ file, text: 'first' })).toBe('first')
  expect(readFileSync(file, 'utf8')).toBe('first')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder.path)).toEqual(['secret'])
})

test('whoever comes second gets what the first has written', async () => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'secret')
  const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`)
  const seen = new Set(await Promise.all(texts.map((text) => writeOnce({ file, text }))))
  expect([...seen]).toEqual([readFileSync(file, 'utf8')])
  expect(readdirSync(folder.path)).toEqual(['secret'])
})

test('a private folder is left alone where it is there', async () => {
  using folder = openScratchFolder()
  const path = join(folder.path, 'a', 'b')
  await makePrivateFolder(path)
  expect(statSync(path).mode & 0o777).toBe(0o700)
  chmodSync(path, 0o750)
  await makePrivateFolder(path)
  expect(statSync(path).mode & 0o777).toBe(0o750)
})

test('a folder that the system does not let be is told at once', async (context) => {
  if (process.platform !== 'linux') context.skip('Only Linux has /proc.')
  await expect(makePrivateFolder('/proc/nexqloud/data')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a folder within a file, and one in the place of a file, are told', async () => {
  using folder = openScratchFolder()
  const file = join(folder.path, 'file')
  await writeOnce({ file, text: '' })
  await expect(makePrivateFolder(join(file, 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makePrivateFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
})

test('a file that is not there reads as nothing; a folder does not', async () => {
  using folder = openScratchFolder()
  expect(await readIfPresent(join(folder.path, 'none'))).toBeUndefined()
  await expect(readIfPresent(folder.path)).rejects.toThrow('EISDIR')
})
