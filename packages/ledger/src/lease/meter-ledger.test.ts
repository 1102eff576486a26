import { createInstanceKey, createManualClock, parseAddress, parseDeviceId } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { ContractRefusalError } from '../errors.ts'
import { createMeterLedger, type MeterLedgerParts } from './meter-ledger.ts'

const account = parseAddress(`0x${'a'.repeat(40)}`)
const opening = {
  instance: createInstanceKey(account, 1n),
  token: 1n,
  device: parseDeviceId(1),
  kind: 2,
  startedAt: 5,
  waited: 0,
}

test.each([
  ['as the contract says it', (refusal: Error) => refusal],
  ['as whoever sends says it', (refusal: Error) => new Error('Refused.', { cause: refusal })],
])('where no price is firm each opening is refused for that, %s', async (_, told) => {
  const { open } = openLedger(told(refusalOf('LeasesPriceNotFirm')))
  expect(await open([opening])).toEqual([{ opening, reason: 'PriceNotFirm' }])
})

test('what else a contract refuses of a whole batch is a failure', async () => {
  const { open } = openLedger(refusalOf('LeasesCallerNotMasternode'))
  await expect(open([opening])).rejects.toThrow('LeasesCallerNotMasternode')
})

function refusalOf(errorName: string): ContractRefusalError {
  return new ContractRefusalError({ errorName, args: [] }, undefined)
}

/** A ledger whose every transaction fails in one way. */
function openLedger(failure: Error) {
  return createMeterLedger({
    // Nothing is asked of it to open a lease.
    ledger: {} as MeterLedgerParts['ledger'],
    signer: account,
    send: async () => {
      throw failure
    },
    clock: createManualClock(0),
    isTimeProven: () => true,
  })
}
