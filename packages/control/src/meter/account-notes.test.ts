import { parseAddress } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { AccountNotes } from './account-notes.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)

test('what could not be written counts as unwritten, and is written again', async () => {
  const written: string[] = []
  let isAway = true
  const notes = new AccountNotes({
    patch: async (_, { name = '' }, { body }) => {
      if (isAway && name === 'second') throw new Error('The API is away.')
      written.push(name)
      return body as never
    },
  })
  const namespaces = ['first', 'second'].map((name) => ({ metadata: { name } }))
  const write = () => notes.write(account, namespaces, { graceSince: 7 })
  await expect(write()).rejects.toThrow('The API is away.')
  expect(notes.get(account, namespaces).graceSince).toBeUndefined()
  isAway = false
  await write()
  expect(notes.get(account, namespaces).graceSince).toBe(7)
  expect(written).toEqual(['first', 'first', 'second'])
})
