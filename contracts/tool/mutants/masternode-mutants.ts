import type { Mutant } from './mutants.ts'

/** Mutants of the masternodes. */
export const masternodeMutants: readonly Mutant[] = [
  {
    name: 'any stake registers',
    file: 'masternodes/Masternodes.sol',
    original: 'if (msg.value != stake) revert MasternodesStakeWrong(msg.value, stake);',
    mutated: '',
    caughtBy: 'testFuzz_onlyTheExactStakeRegisters',
  },
  {
    name: 'one key is two masternodes',
    file: 'masternodes/Masternodes.sol',
    original: 'if ($.ids[signer] != 0) revert MasternodesSignerInUse(signer);',
    mutated: '',
    caughtBy: 'test_aHotKeyIsOneMasternodes',
  },
  {
    name: 'anyone ends a masternode',
    file: 'masternodes/Masternodes.sol',
    original: 'if (msg.sender != owner() && msg.sender != node.operator) {',
    mutated: 'if (false) {',
    caughtBy: 'test_theOperatorAndTheOwnerMayEndItAndNobodyElse',
  },
  {
    name: 'the stake leaves at once',
    file: 'masternodes/Masternodes.sol',
    original: 'if (block.timestamp < node.unbondsAt) revert MasternodesBonded(id, node.unbondsAt);',
    mutated: '',
    caughtBy: 'testFuzz_theStakeIsBondedForTheWholeTime',
  },
  {
    name: 'the stake leaves a second late',
    file: 'masternodes/Masternodes.sol',
    original: 'block.timestamp < node.unbondsAt',
    mutated: 'block.timestamp <= node.unbondsAt',
    caughtBy: 'test_aStakeIsPaidOnceAndToItsOperatorAlone',
  },
  {
    name: 'one that left keeps its seat',
    file: 'masternodes/Masternodes.sol',
    original: 'if (node.status == MasternodeStatus.Admitted) _freeSeat(node.seat);',
    mutated: '',
    caughtBy: 'test_eachAdmittedMasternodeHasASeatOfItsOwn',
  },
  {
    name: 'activity lasts a period longer',
    file: 'masternodes/Masternodes.sol',
    original: 'uint256 private constant ACTIVE_PERIODS = 3;',
    mutated: 'uint256 private constant ACTIVE_PERIODS = 4;',
    caughtBy: 'testFuzz_activityIsThreeDuePeriodsOrLater',
  },
  {
    name: 'files are due at the period’s end',
    file: 'masternodes/Masternodes.sol',
    original: 'block.timestamp > periodStart(current) + postingSeconds',
    mutated: 'block.timestamp > periodStart(current)',
    caughtBy: 'testFuzz_activityIsThreeDuePeriodsOrLater',
  },
  {
    name: 'anyone records a file',
    file: 'masternodes/Masternodes.sol',
    original:
      'if (msg.sender != System.SETTLEMENT) revert MasternodesCallerNotSettlement(msg.sender);',
    mutated: '',
    caughtBy: 'test_onlyTheSettlementRecordsFiles',
  },
  {
    name: 'one that is leaving is admitted again',
    file: 'masternodes/MasternodeTable.sol',
    original: '(4 << 60);',
    mutated: '(4 << 60) | (2 << 52);',
    caughtBy: 'test_theTableHasExactlyTheseSteps',
  },
]
