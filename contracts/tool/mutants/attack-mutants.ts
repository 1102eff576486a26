import type { Mutant } from './mutants.ts'

const draws: readonly Mutant[] = [
  {
    name: 'one measurement lowers a score',
    file: 'devices/Measurements.sol',
    original: 'Math.max(before, now_)',
    mutated: 'Math.min(before, now_)',
    caughtBy: 'test_oneMasternodeAloneNeverLowersAScore',
  },
  {
    name: 'two measurements in a row are one masternode’s',
    file: 'devices/Measurements.sol',
    original: 'if (picked != last || count == 1) return picked;',
    mutated: 'if (picked != 0) return picked;',
    caughtBy: 'test_noTwoMeasurementsInARowAreTheSameMasternodes',
  },
  {
    name: 'a device registered anew draws at once',
    file: 'devices/Measurements.sol',
    original: 'if (block.timestamp >= nextOrderAt(_devices().records[id].key)) _order(id);',
    mutated: '_order(id);',
    caughtBy: 'test_registeringAnewDoesNotRepeatADraw',
  },
  {
    name: 'an order does not wait',
    file: 'devices/Measurements.sol',
    original: 'if (block.timestamp < from) revert DevicesOrderTooEarly(id, from);',
    mutated: '',
    caughtBy: 'test_aMasternodeOrdersOncePerWait',
  },
  {
    name: 'retiring ends the wait of a key',
    file: 'devices/Devices.sol',
    original: 'delete _devices().byKey[record.key];',
    mutated: 'delete _devices().byKey[record.key]; delete _devices().nextOrderAt[record.key];',
    caughtBy: 'test_registeringAnewDoesNotRepeatADraw',
  },
]

/** Mutants that bring back what an attacker once did, or that no test noticed then. */
export const attackMutants: readonly Mutant[] = [...draws]
