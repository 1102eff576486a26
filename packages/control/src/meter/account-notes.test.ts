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

test('a namespace that another account pays for now says nothing of that one', async () => {
  const other = parseAddress(`0x${'b'.repeat(40)}`)
  const written: Record<string, string | null> = {}
  const open = () =>
    new AccountNotes({
      patch: async (_, __, { body }) => {
        Object.assign(written, (body as unknown as Patched).metadata.annotations)
        return body as never
      },
    })
  const namespaces = () => {
    const kept = Object.entries(written).flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as const],
    )
    return [{ metadata: { name: 'one', annotations: Object.fromEntries(kept) } }]
  }
  await open().write(account, namespaces(), { graceSince: 7, paidUntil: 9, runwayTold: 3600 })
  expect(open().get(account, namespaces())).toEqual({
    graceSince: 7,
    paidUntil: 9,
    runwayTold: 3600,
  })
  expect(open().get(other, namespaces())).toEqual({})
  await open().write(other, namespaces(), { paidUntil: 70 })
  expect(open().get(other, namespaces())).toEqual({ paidUntil: 70 })
})

type Patched = { readonly metadata: { readonly annotations: Record<string, string | null> } }
