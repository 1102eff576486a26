import { parseMasternodeId, parsePeriod } from '@nexqloud/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  encodeInputs,
  inputsHash,
  InvalidInputsError,
  parseInputs,
  type SettlementInputs,
} from './inputs.ts'

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes): `0x${string}` => `0x${Buffer.from(bytes).toString('hex')}`)
const masternode = fc.integer({ min: 1, max: 2 ** 32 - 1 }).map(parseMasternodeId)
const block = fc.record({ number: fc.bigInt({ min: 0n, max: 2n ** 64n }), hash })
const inputs: fc.Arbitrary<SettlementInputs> = fc.record({
  chainId: fc.nat(),
  period: fc.nat().map(parsePeriod),
  start: block,
  end: block,
  minutes: fc.nat(1440),
  pot: fc.bigInt({ min: 0n, max: 2n ** 96n }),
  witnesses: fc.nat(7),
  masternodes: fc.array(masternode),
  randomness: hash,
  files: fc.array(fc.record({ masternode, hash })),
})

const example: SettlementInputs = {
  chainId: 5_134_418,
  period: parsePeriod(7),
  start: { number: 12n, hash: `0x${'1'.repeat(64)}` },
  end: { number: 345n, hash: `0x${'2'.repeat(64)}` },
  minutes: 5,
  pot: 10n ** 19n,
  witnesses: 3,
  masternodes: [parseMasternodeId(1)],
  randomness: `0x${'3'.repeat(64)}`,
  files: [{ masternode: parseMasternodeId(1), hash: `0x${'4'.repeat(64)}` }],
}

test('what is published says what it was made of', () => {
  fc.assert(
    fc.property(inputs, (own) => {
      expect(parseInputs(encodeInputs(own))).toEqual(own)
    }),
  )
})

test('a byte that differs is another document, or none', () => {
  const bytes = encodeInputs(example)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = bytes.slice()
      altered[at]! ^= change
      expect(inputsHash(altered)).not.toBe(inputsHash(bytes))
      expect(readOrNothing(altered)).not.toEqual(example)
    }),
  )
})

test('the document is what it was: whoever changes it changes what masternodes sign', () => {
  expect(new TextDecoder().decode(encodeInputs(example))).toMatchInlineSnapshot(
    `"{"format":"nexqloud-settlement-inputs-1","chainId":5134418,"period":7,"start":{"number":"12","hash":"0x1111111111111111111111111111111111111111111111111111111111111111"},"end":{"number":"345","hash":"0x2222222222222222222222222222222222222222222222222222222222222222"},"minutes":5,"potWei":"10000000000000000000","witnesses":3,"masternodes":[1],"randomness":"0x3333333333333333333333333333333333333333333333333333333333333333","files":[{"masternode":1,"hash":"0x4444444444444444444444444444444444444444444444444444444444444444"}]}"`,
  )
})

test.each([
  ['with spaces', (text: string) => text.replace(',', ', ')],
  ['with a number as text', (text: string) => text.replace('"minutes":5', '"minutes":"5"')],
  ['with a zero before an amount', (text: string) => text.replace('"12"', '"012"')],
  ['of another format', (text: string) => text.replace('inputs-1', 'inputs-2')],
  ['that end too early', (text: string) => text.slice(0, -1)],
])('inputs %s are refused', (_, change) => {
  const altered = new TextEncoder().encode(change(new TextDecoder().decode(encodeInputs(example))))
  expect(() => parseInputs(altered)).toThrow(
    expect.objectContaining({ code: 'LEDGER_INPUTS_INVALID' }),
  )
})

function readOrNothing(bytes: Uint8Array): SettlementInputs | undefined {
  try {
    return parseInputs(bytes)
  } catch (failure) {
    expect(failure).toBeInstanceOf(InvalidInputsError)
    return undefined
  }
}
