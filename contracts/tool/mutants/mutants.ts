/** One small wrong change of a rule, and the test that must notice it. */
export interface Mutant {
  /** What the change breaks, in the words of the rule. */
  readonly name: string
  /** Source file, relative to `contracts/src`. */
  readonly file: string
  /** Text that stands exactly once in the file. */
  readonly original: string
  readonly mutated: string
  /** Name of the test function that fails. */
  readonly caughtBy: string
}

const model = 'testFuzz_equalsTheModelAfterEachStep'

const prices: readonly Mutant[] = [
  {
    name: 'the upper median instead of the lower',
    file: 'prices/PriceRule.sol',
    original: 'quotes[(quotes.length - 1) / 2]',
    mutated: 'quotes[quotes.length / 2]',
    caughtBy: 'testFuzz_equalsAReplayOfEveryPeriod',
  },
  {
    name: 'a price that is no multiple of 3,600',
    file: 'prices/PriceRule.sol',
    original: 'Math.max(_floor(median), UNIT)',
    mutated: 'Math.max(median, UNIT)',
    caughtBy: 'testFuzz_theNextPriceIsAMultipleWithinOneStep',
  },
  {
    name: 'a price may fall to nothing',
    file: 'prices/PriceRule.sol',
    original: 'previous > step ? previous - step : UNIT',
    mutated: '0',
    caughtBy: 'testFuzz_equalsAReplayOfEveryPeriod',
  },
  {
    name: 'a cut price stays firm',
    file: 'prices/PriceRule.sol',
    original: 'cut = price != wanted;',
    mutated: 'cut = false;',
    caughtBy: 'test_thePriceMovesByTheStepAtMostAndIsThenNotFirm',
  },
  {
    name: 'a quote counts for ever',
    file: 'prices/Prices.sol',
    original: 'quoted.quotedAt <= time && time <= quoted.quotedAt + FRESH_SECONDS',
    mutated: 'quoted.quotedAt <= time',
    caughtBy: 'test_aQuoteCountsForAnHour',
  },
  {
    name: 'a quote after the start changes the period',
    file: 'prices/Prices.sol',
    original: 'function quote(uint256 weiPerMicroUsd_) external {\n        fill();',
    mutated: 'function quote(uint256 weiPerMicroUsd_) external {',
    caughtBy: 'test_aQuoteAfterThePeriodsStartDoesNotChangeIt',
  },
  {
    name: 'too few quotes move the price',
    file: 'prices/Prices.sol',
    original: 'if (fresh.length < $.quotesNeeded) continue;',
    mutated: 'if (fresh.length == 0) continue;',
    caughtBy: 'test_tooFewFreshQuotesKeepTheOldPrice',
  },
  {
    name: 'the integral forgets a period',
    file: 'prices/Prices.sol',
    original: '(period - since) * periodSeconds',
    mutated: '(period - since - 1) * periodSeconds',
    caughtBy: 'testFuzz_equalsAReplayOfEveryPeriod',
  },
]

const openings: readonly Mutant[] = [
  {
    name: 'tokens may leap to the end',
    file: 'leases/Openings.sol',
    original: 'opening.token <= last.token || opening.token > last.token + TOKEN_STEP',
    mutated: 'opening.token <= last.token',
    caughtBy: 'test_aTokenCannotLeapToTheEndOfTheNumbers',
  },
  {
    name: 'a token may be used twice',
    file: 'leases/Openings.sol',
    original: 'opening.token <= last.token ||',
    mutated: 'opening.token < last.token ||',
    caughtBy: 'test_aTokenCannotLeapToTheEndOfTheNumbers',
  },
  {
    name: 'leases of an instance may overlap',
    file: 'leases/Openings.sol',
    original: ' || opening.startedAt < last.end',
    mutated: '',
    caughtBy: 'test_anInstancesLeasesNeverOverlap',
  },
  {
    name: 'an opening is backdated without a limit',
    file: 'leases/Openings.sol',
    original:
      'return Math.max(periodStart(stillDue ? period - 1 : period), block.timestamp - delay);',
    mutated: 'return periodStart(stillDue ? period - 1 : period);',
    caughtBy: 'test_anOpeningIsBackdatedByTheDelayAtMost',
  },
  {
    name: 'an opening reaches a period whose files are posted',
    file: 'leases/Openings.sol',
    original: 'block.timestamp <= periodStart(period) + postingSeconds',
    mutated: 'true',
    caughtBy: 'test_anOpeningReachesTheLastPeriodOnlyWhileItsFilesAreDue',
  },
  {
    name: 'a revoked masternode still opens',
    file: 'leases/Openings.sol',
    original: '(opening.startedAt < since || opening.startedAt > until)',
    mutated: 'opening.startedAt < since',
    caughtBy: 'test_aRevocationOnlyStopsWhatStartsAfterIt',
  },
  {
    name: 'what is leaving serves what started after the announcement',
    file: 'leases/Openings.sol',
    original: 'own.leaving < missing || startedAt > own.leavingSince',
    mutated: 'own.leaving < missing',
    caughtBy: 'test_aWithdrawalStillServesWhatStartedBeforeIt',
  },
  {
    name: 'a lease opens without a buffer',
    file: 'leases/Openings.sol',
    original: 'own.committed(batch.integral) + buffer + atOnce',
    mutated: 'own.committed(batch.integral) + atOnce',
    caughtBy: model,
  },
  {
    name: 'the backdated part is not reserved at once',
    file: 'leases/Openings.sol',
    original: 'own.committed(batch.integral) + buffer + atOnce',
    mutated: 'own.committed(batch.integral) + buffer',
    caughtBy: model,
  },
  {
    name: 'the limit of charges does not bind openings',
    file: 'leases/Openings.sol',
    original: 'if (more > 0 && !own.allowsMore(more, startedAt)) return false;',
    mutated: '',
    caughtBy: model,
  },
  {
    name: 'the limit of rates binds each lease alone',
    file: 'leases/Openings.sol',
    original: 'own.allowsRate(own.rateSum + rate, ',
    mutated: 'own.allowsRate(rate, ',
    caughtBy: 'test_noMasternodePassesTheTenantsLimits',
  },
  {
    name: 'a lease opens on a device that is not active',
    file: 'leases/Openings.sol',
    original: 'if (!isDeviceActive) return Refusal.DeviceNotActive;',
    mutated: '',
    caughtBy: 'test_leasesOfASoldDeviceAreClosedByAnyActiveMasternodeAndNoneOpen',
  },
  {
    name: 'the first device of a batch answers for all',
    file: 'leases/Openings.sol',
    original: '_open(batch, openings[i], active[i])',
    mutated: '_open(batch, openings[i], active[0])',
    caughtBy: model,
  },
  {
    name: 'a batch opens at the rate of its first kind',
    file: 'leases/Openings.sol',
    original: 'if (kind != batch.kind) {',
    mutated: 'if (batch.kind == 0) {',
    caughtBy: 'test_openingsAfterABadOneAreOpened',
  },
  {
    name: 'what began in an earlier period is reckoned at the running price',
    file: 'leases/Accounts.sol',
    original: 'if (time >= periodStart(currentPeriod())) return',
    mutated: 'return',
    caughtBy: model,
  },
  {
    name: 'whoever reopens takes the share',
    file: 'leases/Openings.sol',
    original: 'earlier == 0 || earlier == masternode || startedAt >= last.end + periodSeconds',
    mutated: 'true',
    caughtBy: 'test_reopeningAnothersInstanceGainsNothing',
  },
  {
    name: 'the share stays for ever',
    file: 'leases/Openings.sol',
    original: ' || startedAt >= last.end + periodSeconds',
    mutated: '',
    caughtBy: 'test_aPeriodLaterTheShareIsTheNewOpeners',
  },
  {
    name: 'an unbilled lease is overwritten',
    file: 'leases/Openings.sol',
    original: 'if (record.isUnbilled()) {',
    mutated: 'if (false) {',
    caughtBy: model,
  },
  {
    name: 'a bad opening ends its batch',
    file: 'leases/Openings.sol',
    original: 'emit OpeningRefused(openings[i].instance, openings[i].token, refusal);',
    mutated: 'emit OpeningRefused(openings[i].instance, openings[i].token, refusal); return;',
    caughtBy: 'test_openingsAfterABadOneAreOpened',
  },
]

const closings: readonly Mutant[] = [
  {
    name: 'a closed lease holds nothing',
    file: 'leases/Closings.sol',
    original: 'own.holds += uint88(hold);',
    mutated: 'hold = 0;',
    caughtBy: model,
  },
  {
    name: 'a hold exceeds what is usable',
    file: 'leases/Closings.sol',
    original: 'Math.min(LeaseRule.costBetween(rate, integralFrom, batch.integral), own.unheld())',
    mutated: 'LeaseRule.costBetween(rate, integralFrom, batch.integral)',
    caughtBy: model,
  },
  {
    name: 'the buffer stays taken',
    file: 'leases/Closings.sol',
    original: 'own.buffers -= record.reserve;',
    mutated: '',
    caughtBy: 'test_openingAndClosingInTheSameSecondCostsNothing',
  },
  {
    name: 'a solvent lease is closed for a reward',
    file: 'leases/Closings.sol',
    original: 'own.spendable(batch.integral) < 0 ? Refusal.None : Refusal.Solvent',
    mutated: 'Refusal.None',
    caughtBy: 'test_closingForARewardNeedsInsolvency',
  },
  {
    name: 'the tenant is rewarded for its own insolvency',
    file: 'leases/Closings.sol',
    original: 'bool rewarded = !_isOwn(batch, ref, record);',
    mutated: 'bool rewarded = true;',
    caughtBy: 'test_theTenantItsMasternodesAndTheOpenerGetNoReward',
  },
  {
    name: 'insolvency by a settlement that stands still',
    file: 'leases/Closings.sol',
    original:
      'if (!exists || block.timestamp > staleFrom) revert LeasesSettlementStale(staleFrom);',
    mutated: '',
    caughtBy: 'test_insolvencyByASettlementThatStandsStillPaysNobody',
  },
  {
    name: 'the reward takes what is held',
    file: 'leases/Closings.sol',
    original: 'own.balance - own.holds);',
    mutated: 'own.balance);',
    caughtBy: 'test_theRewardNeverTakesWhatIsHeld',
  },
  {
    name: 'anyone closes',
    file: 'leases/Closings.sol',
    original: 'return orphaned ? Refusal.None : Refusal.NotAllowed;',
    mutated: 'orphaned;\n        return Refusal.None;',
    caughtBy: 'test_anotherTenantCannotCloseOrBillALease',
  },
  {
    name: 'a lease whose root was posted two periods ago is overdue',
    file: 'leases/Closings.sol',
    original: 'OVERDUE_PERIODS = 3;',
    mutated: 'OVERDUE_PERIODS = 2;',
    caughtBy: 'test_anyActiveMasternodeClosesWhatWaitsTooLongForItsBill',
  },
  {
    name: 'a period is missing after thirteen periods',
    file: 'leases/Closings.sol',
    original: 'MISSING_PERIODS = 14;',
    mutated: 'MISSING_PERIODS = 13;',
    caughtBy: 'test_aPeriodWithoutARootIsSkippedAfterFourteenPeriods',
  },
  {
    name: 'an old price holds for ever',
    file: 'leases/Closings.sol',
    original: ' || _hasOldPrice(record)',
    mutated: '',
    caughtBy: 'test_aRunningLeaseKeepsItsPriceForThirtyDaysAtMost',
  },
  {
    name: 'a bad closing ends its batch',
    file: 'leases/Closings.sol',
    original: '_close(batch, refs[i]);\n            else emit',
    mutated: '_close(batch, refs[i]);\n            else return; if (false) emit',
    caughtBy: 'test_closingsAfterABadOneAreClosed',
  },
  {
    name: 'only the last closing of a batch is rewarded',
    file: 'leases/Closings.sol',
    original: 'reward += _closeRewarded(batch, refs[i]);',
    mutated: 'reward = _closeRewarded(batch, refs[i]);',
    caughtBy: 'test_everyInsolventLeaseOfABatchIsRewarded',
  },
  {
    name: 'who opened a lease counts as a stranger',
    file: 'leases/Closings.sol',
    original: 'batch.masternode == record.opener || ',
    mutated: '',
    caughtBy: 'test_theTenantItsMasternodesAndTheOpenerGetNoReward',
  },
]

const billing: readonly Mutant[] = [
  {
    name: 'seconds past the overlap are billed to a closed lease',
    file: 'leases/Billing.sol',
    original: 'Math.min(secondsSeen, until - item.from)',
    mutated: 'secondsSeen',
    caughtBy: 'test_secondsPastTheOverlapAreCut',
  },
  {
    name: 'seconds past the overlap are charged to an open lease',
    file: 'leases/Billing.sol',
    original: 'Math.min(secondsSeen, overlap)',
    mutated: 'secondsSeen',
    caughtBy: 'test_secondsPastTheOverlapAreCut',
  },
  {
    name: 'a period is billed twice or out of order',
    file: 'leases/Billing.sol',
    original: 'from < batch.start || from >= batch.end',
    mutated: 'from >= batch.end',
    caughtBy: 'test_billsOfOneLeaseOnlyCountInTheOrderOfPeriods',
  },
  {
    name: 'an open lease takes what is held for another',
    file: 'leases/LeaseRule.sol',
    original: 'paid = Math.min(charged, self.unheld());',
    mutated: 'paid = Math.min(charged, self.usable());',
    caughtBy: 'test_billingSomeLeasesFirstTakesNothingThatIsHeldForOthers',
  },
  {
    name: 'a billed period stays reserved',
    file: 'leases/LeaseRule.sol',
    original: 'self.weighted += uint160(weight);',
    mutated: '',
    caughtBy: 'test_darkSecondsAreGivenBackWhenThePeriodIsBilled',
  },
  {
    name: 'a hold is freed by what was paid, not by its part',
    file: 'leases/Billing.sol',
    original: 'own.holds -= uint88(part);',
    mutated: 'own.holds -= uint88(paid);',
    caughtBy: model,
  },
  {
    name: 'a missing period is skipped at once',
    file: 'leases/Billing.sol',
    original: 'if (block.timestamp < from) revert LeasesSkipTooEarly(period, from);',
    mutated: '',
    caughtBy: 'test_aRootThatLacksALeafIsSkippedAfterFourteenPeriods',
  },
  {
    name: 'anyone bills without a proof',
    file: 'leases/Billing.sol',
    original: 'if (msg.sender != System.SETTLEMENT) revert LeasesCallerNotSettlement(msg.sender);',
    mutated: '',
    caughtBy: 'test_anotherTenantCannotCloseOrBillALease',
  },
  {
    name: 'a charge does not count against the limit',
    file: 'leases/LeaseRule.sol',
    original: 'self.balance -= uint96(amount);\n    }\n}',
    mutated: 'self.take(amount);\n    }\n}',
    caughtBy: 'test_noMasternodePassesTheTenantsLimits',
  },
  {
    name: 'only the last payment of a batch is handed on',
    file: 'leases/Billing.sol',
    original: 'batch.payments[batch.paidItems++] = payment;',
    mutated:
      '(batch.payments[0], batch.paidItems, batch.total) = (payment, 1, uint256(payment.amount));',
    caughtBy: 'test_everyPaymentOfABatchIsHandedOnWithItsDevice',
  },
  {
    name: 'only the first lease of a batch is skipped',
    file: 'leases/Billing.sol',
    original: '_bill(batch, refs[i].instance, refs[i].token, 0);',
    mutated: 'if (i == 0) _bill(batch, refs[i].instance, refs[i].token, 0);',
    caughtBy: 'test_leasesAfterABadOneAreSkipped',
  },
  {
    name: 'a closed lease forgets its device',
    file: 'leases/Billing.sol',
    original: 'ITreasury.Payment(instance, item.device, item.beneficiary, uint96(paid))',
    mutated: 'ITreasury.Payment(instance, 0, item.beneficiary, uint96(paid))',
    caughtBy: 'test_closedLeasesNameTheirDeviceAndMasternodeInPlaceAndAfterwards',
  },
]

const accounts: readonly Mutant[] = [
  {
    name: 'what runs can be withdrawn',
    file: 'leases/Accounts.sol',
    original: 'if (amount > free) revert LeasesBalanceCommitted(amount, free);',
    mutated: '',
    caughtBy: 'test_lateBillsCannotBeOutrunByAWithdrawal',
  },
  {
    name: 'a withdrawal leaves in the last second of its delay',
    file: 'leases/Accounts.sol',
    original: 'block.timestamp <= own.leavingSince + delay',
    mutated: 'block.timestamp < own.leavingSince + delay',
    caughtBy: 'test_aWithdrawalLeavesStrictlyAfterTheDelay',
  },
  {
    name: 'revoking skips the delay',
    file: 'leases/Accounts.sol',
    original: 'own.approvals > 0 || own.revokedAt + delay >= block.timestamp',
    mutated: 'own.approvals > 0',
    caughtBy: 'test_revokingBeforeTheWithdrawalDoesNotSkipTheDelay',
  },
  {
    name: 'a limit is lowered below what runs',
    file: 'leases/Accounts.sol',
    original:
      'if (maxTotal < own.maxTotal && maxTotal < least) revert LeasesLimitBelowCommitted(maxTotal, least);',
    mutated: '',
    caughtBy: 'test_aLimitCannotBeLoweredBelowWhatRuns',
  },
]

const settlement: readonly Mutant[] = [
  {
    name: 'half the masternodes are a quorum',
    file: 'settlement/SettlementRule.sol',
    original: '(2 * active + 2) / 3',
    mutated: '(active + 1) / 2',
    caughtBy: 'test_fewerThanAQuorumSettleNothing',
  },
  {
    name: 'whoever is awake decides alone',
    file: 'settlement/SettlementRule.sol',
    original: 'Math.max((2 * active + 2) / 3, majority(admitted))',
    mutated: '(2 * active + 2) / 3',
    caughtBy: 'test_whoIsAwakeAloneDecidesNothing',
  },
  {
    name: 'a late period is decided by the majority of those awake',
    file: 'settlement/Roots.sol',
    original: 'late ? SettlementRule.majority(admitted) : quorum',
    mutated: 'late ? SettlementRule.majority(SettlementRule.count(seats)) : quorum',
    caughtBy: 'test_whoIsAwakeAloneDecidesNothing',
  },
  {
    name: 'the pot is not checked',
    file: 'settlement/Roots.sol',
    original: 'if (rewards > pot) revert SettlementPotExceeded(period, rewards, pot);',
    mutated: '',
    caughtBy: 'test_aProposalsRewardsNeverExceedThePot',
  },
  {
    name: 'a signature counts twice',
    file: 'settlement/Roots.sol',
    original: 'if (signer <= last) revert SettlementSignaturesUnordered(signer);',
    mutated: '',
    caughtBy: 'test_aSignatureCountsOnceAndOnlyForWhatItSigned',
  },
  {
    name: 'a signature holds for every period',
    file: 'settlement/Roots.sol',
    original: 'abi.encode(ROOT_TYPEHASH, root.period, root.root',
    mutated: 'abi.encode(ROOT_TYPEHASH, uint256(0), root.root',
    caughtBy: 'test_aSignatureCountsOnceAndOnlyForWhatItSigned',
  },
  {
    name: 'who sleeps still signs',
    file: 'settlement/Roots.sol',
    original: '!admitted || seats & (1 << seat) == 0',
    mutated: '!admitted',
    caughtBy: 'test_whoIsNotActiveDoesNotSign',
  },
  {
    name: 'a majority settles a period late',
    file: 'settlement/Roots.sol',
    original: 'LATE_PERIODS = 7;',
    mutated: 'LATE_PERIODS = 6;',
    caughtBy: 'test_aMajorityProposesAfterSevenPeriodsOnly',
  },
  {
    name: 'a proposal is final at once',
    file: 'settlement/Roots.sol',
    original:
      'if (block.timestamp < proposal.finalAt) revert SettlementTooEarly(period, proposal.finalAt);',
    mutated: '',
    caughtBy: 'test_aProposalIsFinalAfterItsChallengeTime',
  },
  {
    name: 'as many signatures replace a proposal',
    file: 'settlement/Roots.sol',
    original: 'if (signatures <= standing.signatures) {',
    mutated: 'if (signatures < standing.signatures) {',
    caughtBy: 'test_moreSignaturesReplaceAProposalAndStartTheTimeAnew',
  },
  {
    name: 'what the rewards leave has no owner',
    file: 'settlement/Roots.sol',
    original: 'uint256 unearned = pot - root.rewards;',
    mutated: 'uint256 unearned = 0;',
    caughtBy: 'test_aPeriodInWhichNobodyEarnedPaysTheFund',
  },
  {
    name: 'a reward is paid twice',
    file: 'settlement/Settlement.sol',
    original: 'if (paid[word] & bit != 0) {',
    mutated: 'if (false) {',
    caughtBy: 'test_aDeviceWithTwoLeavesIsPaidOnce',
  },
  {
    name: 'rewards pass the pot',
    file: 'settlement/Settlement.sol',
    original: 'if (reward.amount > left) {',
    mutated: 'if (false) {',
    caughtBy: 'test_thePotIsNeverExceeded',
  },
  {
    name: 'a month is credited before it is over',
    file: 'settlement/Settlement.sol',
    original: 'credits[i].month < monthsOver',
    mutated: 'credits[i].month <= monthsOver',
    caughtBy: 'test_creditsReachTheTreasuryOnceTheirMonthIsOver',
  },
  {
    name: 'a file is taken late',
    file: 'settlement/Files.sol',
    original: 'if (block.timestamp > until) revert SettlementTooLate(period, until);',
    mutated: '',
    caughtBy: 'test_filesAreTakenFromThePeriodsEndUntilTheyAreDue',
  },
  {
    name: 'a minority chooses the files',
    file: 'settlement/Files.sol',
    original: 'if (++holds[seat] >= needed)',
    mutated: 'if (++holds[seat] >= 1)',
    caughtBy: 'test_theSetIsWhatAQuorumHolds',
  },
  {
    name: 'a new share changes a period that runs',
    file: 'settlement/Settlement.sol',
    original: '_setEmissionShares(block.timestamp, shares);',
    mutated: '_setEmissionShares(genesisTime, shares);',
    caughtBy: 'test_newSharesCountFromTheNextPeriodOn',
  },
  {
    name: 'a receiver that refuses loses its money',
    file: 'base/Payouts.sol',
    original: 'if (!sent) _keep(receiver, amount);',
    mutated: '',
    caughtBy: 'test_whatAReceiverRefusesIsKeptForIt',
  },
]

const everything = 'testFuzz_noWeiIsLostWhateverPeopleDo'

const conservation: readonly Mutant[] = [
  {
    name: 'a closing reward is not taken from the balance',
    file: 'leases/Closings.sol',
    original: 'own.take(reward);',
    mutated: '',
    caughtBy: everything,
  },
  {
    name: 'what a receiver refuses replaces what it is owed',
    file: 'base/Payouts.sol',
    original: '_payouts().owed[receiver] += amount;',
    mutated: '_payouts().owed[receiver] = amount;',
    caughtBy: everything,
  },
  {
    name: 'an announcement replaces what is leaving',
    file: 'leases/Accounts.sol',
    original: 'own.leaving += amount;',
    mutated: 'own.leaving = amount;',
    caughtBy: everything,
  },
  {
    name: 'a reward leaves the pot as it was',
    file: 'settlement/Settlement.sol',
    original: 'left -= _payReward(period, rewards[i], left);',
    mutated: '_payReward(period, rewards[i], left);',
    caughtBy: everything,
  },
]

/** Every mutant of the money rules. */
export const mutants: readonly Mutant[] = [
  ...prices,
  ...openings,
  ...closings,
  ...billing,
  ...accounts,
  ...settlement,
  ...conservation,
]
