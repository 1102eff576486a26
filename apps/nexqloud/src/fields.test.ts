import { expect, test } from 'vitest'

import { formatFields, formatTable, printResult } from './fields.ts'
import { createMemoryPrinter } from './printer.ts'

test('values of fields stand below each other', () => {
  expect(
    formatFields([
      ['wallet', 'alice'],
      ['in account', '1 NXQ'],
    ]),
  ).toEqual(['wallet      alice', 'in account  1 NXQ'])
})

test('columns of a table stand below each other, without blanks at the end', () => {
  expect(
    formatTable([
      ['NAME', 'KIND'],
      ['alice', 'own'],
    ]),
  ).toEqual(['NAME   KIND', 'alice  own'])
})

test('a result is printed for people, or for programs with every wei', () => {
  const result = { document: { balanceWei: 10n ** 24n }, lines: ['1000000 NXQ'] }
  const [people, programs] = [createMemoryPrinter(), createMemoryPrinter()]
  printResult(result, { printer: people })
  printResult(result, { printer: programs, json: true })
  expect(people.lines).toEqual(['1000000 NXQ'])
  expect(programs.lines).toEqual(['{"balanceWei":"1000000000000000000000000"}'])
})
