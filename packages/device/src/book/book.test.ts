import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Assignment } from '../protocol/assignment.ts'
import { instanceOf } from '../protocol/pod-reference.ts'
import { applyAssignment, createBook, type Book } from './book.ts'

test('an assignment replaces the one before, and keeps no credentials', () => {
  const first = apply(createBook(), { term: 1, serial: 1, pods: [pod('web', 'a', 1)] })
  const secret = { 'ghcr.io': { username: 'u', password: 'secret' } }
  const second = apply(first, {
    term: 1,
    serial: 1,
    pods: [{ ...pod('db', 'b', 2), credentials: secret }],
  })
  expect(uidsOf(second)).toEqual(['b'])
  expect(JSON.stringify(second)).not.toContain('secret')
})

test('a masternode that no longer drives is refused', () => {
  const book = apply(createBook(), { term: 3, serial: 1, pods: [] })
  expect(() =>
    applyAssignment(book, { term: 2, serial: 1, pods: [] }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[AssignmentStaleError: The assignment is of term 2; the device is driven in term 3.]`,
  )
})

test('a lower token never wins, and the answer says which pods were not taken', () => {
  const book = apply(createBook(), { term: 1, serial: 1, pods: [pod('web', 'new', 5)] })
  const late = applyAssignment(book, { term: 2, serial: 1, pods: [pod('web', 'old', 4)] })
  expect([uidsOf(late.book), late.fenced]).toEqual([['new'], ['old']])
})

test('a pod whose token rose elsewhere is stopped, and does not come back', () => {
  const book = apply(createBook(), { term: 1, serial: 1, pods: [pod('web', 'a', 1)] })
  const gone = apply(book, {
    term: 1,
    serial: 1,
    pods: [],
    fenced: [{ namespace: 'acme', name: 'web', token: 2 }],
  })
  const again = applyAssignment(gone, { term: 2, serial: 1, pods: [pod('web', 'a', 1)] })
  expect([uidsOf(again.book), again.fenced]).toEqual([[], ['a']])
})

test('whatever comes in which order: one pod an instance, and its token never falls', () => {
  const named = fc.record({
    name: fc.constantFrom('web', 'db'),
    uid: fc.constantFrom('a', 'b', 'c', 'd'),
    token: fc.integer({ min: 0, max: 5 }),
  })
  const wanted = fc.record({
    term: fc.integer({ min: 0, max: 2 }),
    serial: fc.constant(1),
    pods: fc
      .uniqueArray(named, { selector: ({ uid }) => uid, maxLength: 3 })
      .map((pods) => pods.map(({ name, uid, token }) => pod(name, uid, token))),
    fenced: fc.array(
      named.map((one) => ({ ...one, namespace: 'acme' })),
      { maxLength: 2 },
    ),
  })
  fc.assert(
    fc.property(fc.array(wanted, { maxLength: 8 }), (assignments) => {
      let book = createBook()
      for (const assignment of assignments) {
        if (assignment.term < book.term) continue
        const before = book
        const { book: after, fenced } = applyAssignment(book, assignment)
        book = after
        expect(new Set(book.pods.map(instanceOf)).size).toBe(book.pods.length)
        for (const held of book.pods) expect(held.token).toBe(book.fences[instanceOf(held)])
        for (const [instance, token] of Object.entries(before.fences)) {
          expect(book.fences[instance]).toBeGreaterThanOrEqual(token)
        }
        const taken = assignment.pods.filter(({ uid }) => !fenced.includes(uid))
        expect(uidsOf(book)).toEqual(expect.arrayContaining(taken.map(({ uid }) => uid)))
      }
    }),
  )
})

function pod(name: string, uid: string, token: number): Assignment['pods'][number] {
  return { namespace: 'acme', name, uid, token, pod: { spec: {} } }
}

function apply(book: Book, assignment: Assignment): Book {
  return applyAssignment(book, assignment).book
}

function uidsOf(book: Book): readonly string[] {
  return book.pods.map(({ uid }) => uid)
}
