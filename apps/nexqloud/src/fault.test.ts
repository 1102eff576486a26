import { readFile } from 'node:fs/promises'

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

test('an error of the system is told with what was true and what to do', async () => {
  const files = ['/nonexistent/file', '/dev', '/dev/null/file']
  const failures = files.map((file) => readFile(file).catch(faultOf))
  expect(await Promise.all(failures)).toMatchInlineSnapshot(`
    [
      {
        "code": "ENOENT",
        "hint": "Check the name; the folder of a file that is to be written has to be there.",
        "message": "There is no file or folder /nonexistent/file.",
      },
      {
        "code": "EISDIR",
        "hint": "Name a file.",
        "message": "/dev is a folder, and a file is needed.",
      },
      {
        "code": "ENOTDIR",
        "hint": "Name a folder, e.g. with --data.",
        "message": "/dev/null/file cannot be: a part of its name is a file, not a folder.",
      },
    ]
  `)
})

test('an error of the system that has no words of ours is told in its one line', () => {
  const fault = faultOf(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }))
  expect(fault).toEqual({ code: 'EMFILE', message: 'EMFILE: too many open files' })
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
