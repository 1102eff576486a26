import fc from 'fast-check'
import { expect, test } from 'vitest'

import { beginTransaction } from '../../test/lab/begin-transaction.ts'
import { createFilter } from '../filter/filter.ts'
import { ec2Kinds, type Tagged } from '../resource/kinds.ts'
import type { Resource } from '../resource/resource.ts'
import { namedRows } from './named-rows.ts'

/** What a request may tell of. */

const idFilter = 'key-pair-id'
const ids = ['key-1', 'key-2', 'key-3']

test('what a request names is among the rows, and in their order, however it names it', () => {
  const transaction = beginTransaction()
  for (const id of ids) {
    transaction.create(ec2Kinds.keyPairs, { KeyPairId: id, KeyName: id, Tags: [] }, id)
  }
  const all = transaction.list(ec2Kinds.keyPairs)
  const named = fc.array(fc.constantFrom(...ids, 'key-4', 'key-*', 'key-?', String.raw`key\-1`))
  fc.assert(
    fc.property(fc.option(named, { nil: undefined }), (Values) => {
      const Filters = Values === undefined ? [] : [{ Name: idFilter, Values }]
      const isWanted = createFilter<Resource<Tagged>>(
        Filters,
        { [idFilter]: ({ id }) => [id] },
        () => ({}),
      )
      const rows = namedRows(transaction, ec2Kinds.keyPairs, { Filters, idFilter })
      expect(rows.filter(isWanted)).toEqual(all.filter(isWanted))
    }),
  )
  expect(
    namedRows(transaction, ec2Kinds.keyPairs, { ids: ['key-3', 'key-1', 'key-3'], idFilter }),
  ).toEqual([all[0], all[2]])
})

test('where ids are named, no others are looked at', () => {
  const transaction = beginTransaction()
  for (const id of ids) {
    transaction.create(ec2Kinds.keyPairs, { KeyPairId: id, KeyName: id, Tags: [] }, id)
  }
  const Filters = [{ Name: idFilter, Values: ['key-2'] }]
  expect(namedRows(transaction, ec2Kinds.keyPairs, { Filters, idFilter })).toHaveLength(1)
})
