import type { Mutant } from './mutants.ts'

const draws: readonly Mutant[] = [
  {
    name: 'one measurement lowers a score',
    file: 'devices/ScoreRule.sol',
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

const votes: readonly Mutant[] = [
  {
    name: 'another step reaches a period that has started',
    file: 'prices/Prices.sol',
    original: 'function setStep(uint256 stepBps) external onlyOwner {\n        fill();',
    mutated: 'function setStep(uint256 stepBps) external onlyOwner {',
    caughtBy: 'test_anotherStepDoesNotReachAPeriodThatHasStarted',
  },
  {
    name: 'another quorum of quotes reaches a period that has started',
    file: 'prices/Prices.sol',
    original:
      'function setQuotesNeeded(uint256 quotesNeeded) external onlyOwner {\n        fill();',
    mutated: 'function setQuotesNeeded(uint256 quotesNeeded) external onlyOwner {',
    caughtBy: 'test_fewerQuotesDoNotFixAPeriodThatHasStarted',
  },
  {
    name: 'a signer who comes leaves periods that have started open',
    file: 'prices/Prices.sol',
    original: 'function addSigner(address signer) external onlyOwner {\n        fill();',
    mutated: 'function addSigner(address signer) external onlyOwner {',
    caughtBy: 'test_aSignerWhoComesFindsPeriodsThatHaveStartedFixed',
  },
  {
    name: 'a signer who leaves takes its quote out of a period that has started',
    file: 'prices/Prices.sol',
    original: 'function removeSigner(address signer) external onlyOwner {\n        fill();',
    mutated: 'function removeSigner(address signer) external onlyOwner {',
    caughtBy: 'test_aSignerWhoLeavesKeepsItsPartInPeriodsThatHaveStarted',
  },
]

const files: readonly Mutant[] = [
  {
    name: 'a file that nobody posted is in the set',
    file: 'settlement/Files.sol',
    original: 'seats & $.posted[period]',
    mutated: 'seats',
    caughtBy: 'test_aFileThatNobodyPostedIsInNoSetWhoeverClaimsToHoldIt',
  },
  {
    name: 'the last holder says how many are needed',
    file: 'settlement/Files.sol',
    original: 'if ($.holders[period] == 0) $.needed',
    mutated: '$.needed',
    caughtBy: 'test_theQuorumIsTheOneOfTheFirstHolder',
  },
]

const masternodes: readonly Mutant[] = [
  {
    name: 'ids leave what leases keep them in',
    file: 'masternodes/Masternodes.sol',
    original: 'if ($.count == type(uint24).max) revert MasternodesIdsUsedUp();',
    mutated: '',
    caughtBy: 'test_idsEndWhereLeasesCannotKeepThem',
  },
  {
    name: 'a seat is taken again at once',
    file: 'masternodes/Masternodes.sol',
    original: '$.seats | $.left[currentPeriod()]',
    mutated: '$.seats',
    caughtBy: 'test_aNewcomerInheritsNoFile',
  },
]

const clocks: readonly Mutant[] = [
  {
    name: 'an approval forgets the one before',
    file: 'leases/Accounts.sol',
    original: 'if (!isRecent) approval.since',
    mutated: 'approval.since',
    caughtBy: 'test_approvingAndRevokingAgainForgetsNoEarlierApproval',
  },
  {
    name: 'an approval reaches back to any before',
    file: 'leases/Accounts.sol',
    original: 'if (!isRecent) approval.since',
    mutated: 'if (approval.since == 0) approval.since',
    caughtBy: 'test_anApprovalDoesNotReachBackFurther',
  },
  {
    name: 'what could not be billed is skipped with what kept it back',
    file: 'leases/Billing.sol',
    original: 'batch.skipsBills = root != 0;',
    mutated: '',
    caughtBy: 'test_whatCouldNotBeBilledIsNotSkippedWithWhatKeptItBack',
  },
  {
    name: 'what is left of a closed lease does not catch up',
    file: 'leases/Billing.sol',
    original: 'else if (batch.isLate) _rememberLate(instance, token);',
    mutated: '',
    caughtBy: 'test_whatIsLeftOfAClosedLeaseCatchesUpToo',
  },
  {
    name: 'a period without a root waits for the one before',
    file: 'leases/Billing.sol',
    original: 'batch.skipsBills = root != 0;',
    mutated: 'batch.skipsBills = true;',
    caughtBy: 'test_periodsWithoutARootAreSkippedOneAfterTheOther',
  },
  {
    name: 'another change of price prolongs the one before',
    file: 'leases/Closings.sol',
    original: 'uint256 endedAt = PRICES.rateEndedAt(record.kind, record.rate);',
    mutated:
      '(uint256 rate, uint256 endedAt) = PRICES.rateOf(record.kind); if (rate == record.rate) endedAt = 0;',
    caughtBy: 'test_anotherChangeOfPriceDoesNotProlongTheOneBefore',
  },
  {
    name: 'a price that came back stays old',
    file: 'prices/Kinds.sol',
    original:
      'return $.kinds[id].microUsdPerHour == microUsdPerHour ? 0 : $.endedAt[id][microUsdPerHour];',
    mutated: 'return $.endedAt[id][microUsdPerHour];',
    caughtBy: 'test_aPriceThatCameBackIsNotOld',
  },
]

const limits: readonly Mutant[] = [
  {
    name: 'a lower limit reaches back',
    file: 'leases/LeaseRule.sol',
    original: 'return startedAt <= self.loweredAt && self.maxTotal',
    mutated: 'return startedAt == 0 && self.maxTotal',
    caughtBy: 'test_aLowerLimitDoesNotReachWhatStartedBefore',
  },
  {
    name: 'what starts later has the limit of before',
    file: 'leases/LeaseRule.sol',
    original: '(startedAt <= self.loweredAt && rateSum <= self.formerRate)',
    mutated: '(rateSum <= self.formerRate)',
    caughtBy: 'test_aLowerLimitDoesNotReachWhatStartedBefore',
  },
  {
    name: 'lowering in steps forgets the first limit',
    file: 'leases/LeaseRule.sol',
    original: 'bool isRecent = self.loweredAt + delay >= block.timestamp;',
    mutated: 'bool isRecent = false;',
    caughtBy: 'test_loweringInStepsForgetsNoEarlierLimit',
  },
  {
    name: 'a limit is remembered for ever',
    file: 'leases/LeaseRule.sol',
    original: 'bool isRecent = self.loweredAt + delay >= block.timestamp;',
    mutated: 'bool isRecent = true;',
    caughtBy: 'test_aLimitIsForgottenAfterTheDelay',
  },
  {
    name: 'the limit of before is no limit',
    file: 'leases/LeaseRule.sol',
    original: ' && self.maxTotal + more <= self.formerTotal',
    mutated: '',
    caughtBy: 'test_aLimitThatWasLoweredAllowsNoMoreThanItDid',
  },
]

const bounds: readonly Mutant[] = [
  {
    name: 'insolvent leases are closed a second less',
    file: 'leases/Closings.sol',
    original: 'block.timestamp > staleFrom',
    mutated: 'block.timestamp >= staleFrom',
    caughtBy: 'test_insolventLeasesAreClosedUntilTheLastSecondInWhichTheRootIsFresh',
  },
  {
    name: 'a reward is rounded up',
    file: 'leases/Closings.sol',
    original: '(buffer * $.terms.closingRewardBps) / 10_000',
    mutated: '(buffer * $.terms.closingRewardBps + 9999) / 10_000',
    caughtBy: 'test_aRewardIsRoundedDown',
  },
  {
    name: 'a revoked masternode is waited for a second less',
    file: 'leases/Accounts.sol',
    original: 'own.revokedAt + delay >= block.timestamp',
    mutated: 'own.revokedAt + delay > block.timestamp',
    caughtBy: 'test_aRevokedMasternodeIsWaitedForToTheLastSecondOfTheDelay',
  },
  {
    name: 'another announcement does not start the delay anew',
    file: 'leases/Accounts.sol',
    original: 'own.leavingSince = uint40(block.timestamp);',
    mutated: 'if (own.leaving == amount) own.leavingSince = uint40(block.timestamp);',
    caughtBy: 'test_anotherAnnouncementStartsTheDelayAnew',
  },
  {
    name: 'the last wei of a limit is out of reach',
    file: 'leases/Openings.sol',
    original: 'if (balance >= needed && left >= needed) return true;',
    mutated: 'if (left <= needed) return false; if (balance >= needed) return true;',
    caughtBy: 'test_anOpeningUsesTheLimitToTheLastWei',
  },
  {
    name: 'a finished residue stays',
    file: 'leases/Billing.sol',
    original: 'delete $.residues[hash];\n            return;',
    mutated: '',
    caughtBy: 'test_nothingIsLeftOfAResidueThatIsFinished',
  },
  {
    name: 'a runway of an hour has a second more',
    file: 'leases/Leases.sol',
    original: '(uint256(spendable) * 3600)',
    mutated: '(uint256(spendable) * 3601)',
    caughtBy: 'test_aLongRunwayIsExactToTheSecond',
  },
]

/** Mutants that bring back what an attacker once did, or that no test noticed then. */
export const attackMutants: readonly Mutant[] = [
  ...draws,
  ...votes,
  ...files,
  ...masternodes,
  ...clocks,
  ...limits,
  ...bounds,
]
