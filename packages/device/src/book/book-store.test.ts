import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { createFileBookStore, createMemoryBookStore, type BookStore } from './book-store.ts'
import type { Book } from './book.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

const book: Book = {
  term: 3,
  pods: [{ namespace: 'acme', name: 'web', uid: 'a-1', token: 7, pod: { spec: { a: 1 } } }],
  fences: { 'acme/web': 7 },
  restarts: { 'a-1/web': { restarts: 2, nextDelayMs: 20_000 } },
}

const stores: Readonly<Record<string, () => BookStore>> = {
  'on the disk': () => createFileBookStore(openFolder()),
  'in memory': () => createMemoryBookStore(),
}

describe.each(Object.entries(stores))('a book %s', (_, create) => {
  test('is nothing before it was saved, and then what was saved last', async () => {
    const store = create()
    expect(await store.load()).toBeUndefined()
    await store.save({ ...book, term: 2 })
    await store.save(book)
    expect(await store.load()).toEqual(book)
  })
})

test('a file of it is for its owner alone, and nothing lies beside it', async () => {
  const folder = openFolder()
  await createFileBookStore(folder).save(book)
  expect(readdirSync(folder)).toEqual(['assignment.json'])
  expect(statSync(join(folder, 'assignment.json')).mode & 0o777).toBe(0o600)
})

test('a file that somebody has spoilt is refused by its name', async () => {
  const folder = openFolder()
  writeFileSync(join(folder, 'assignment.json'), '{"term":')
  await expect(createFileBookStore(folder).load()).rejects.toMatchObject({
    code: 'DEVICE_BOOK_UNREADABLE',
  })
})

test('a folder that takes no file says so', async () => {
  const folder = join(openFolder(), 'gone')
  await expect(createFileBookStore(folder).save(book)).rejects.toMatchObject({
    code: 'DEVICE_BOOK_UNSAVED',
    kind: 'unavailable',
  })
})

function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexqloud-device-'))
  folders.push(folder)
  return folder
}
