import { readFileSync } from 'node:fs'

import { BaseError as ViemError } from 'viem'
import { expect, test } from 'vitest'

import { faultOf, printFault } from './fault.ts'
import { WrongPasswordError } from './keystore/errors.ts'
import { createMemoryPrinter } from './printer.ts'

test('an error of ours is told with its code and what to do', () => {
  expect(faultOf(new WrongPasswordError('alice'))).toMatchObject({
    code: 'WALLET_PASSWORD_WRONG',
    message: 'The password does not open alice.',
    hint: expect.stringContaining('Repeat'),
  })
})

test('an error of the system is told in its one line', () => {
  const fault = faultOf(thrownBy(() => readFileSync('/nonexistent/file')))
  expect(fault).toEqual({
    code: 'ENOENT',
    message: "ENOENT: no such file or directory, open '/nonexistent/file'",
  })
})

test('what a node answered is summed up', () => {
  const error = new ViemError('The node is busy.', { details: 'a page of details' })
  expect(faultOf(error)).toEqual({ code: 'CLI_CHAIN_FAILED', message: 'The node is busy.' })
})

test('a fault of ours shows where it is', () => {
  expect(faultOf(new TypeError('x is undefined')).message).toContain('fault.test.ts')
  expect(faultOf('a text')).toEqual({ code: 'UNKNOWN', message: 'a text' })
})

test('an error is one document where that was asked for', () => {
  const [people, programs] = [createMemoryPrinter(), createMemoryPrinter()]
  const fault = { code: 'X', message: 'It broke.', hint: 'Mend it.' }
  printFault(fault, { printer: people, json: false })
  printFault(fault, { printer: programs, json: true })
  expect([people.lines, people.notes]).toEqual([[], ['It broke.', 'Mend it.']])
  expect(programs.lines).toEqual(['{"error":{"code":"X","message":"It broke.","hint":"Mend it."}}'])
})

function thrownBy(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}
