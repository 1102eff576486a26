import type { Mutant } from './mutants.ts'

const half = 'testFuzz_halfIsTheOwnersAndHalfTheNetworks'
const whole = 'testFuzz_anySharesAndPaymentsLeaveNothingOver'
const credit = 'testFuzz_creditsOfAMonthNeverExceedItsIncome'

const split: readonly Mutant[] = [
  {
    name: 'the owner gets the network’s share',
    file: 'treasury/IncomeSplit.sol',
    original: 'uint256 rest = paid - parts.owner;',
    mutated: 'uint256 rest = parts.owner; parts.owner = paid - rest;',
    caughtBy: half,
  },
  {
    name: 'the owner’s half is rounded up',
    file: 'treasury/IncomeSplit.sol',
    original: '(paid * shares.ownerBps) / BPS',
    mutated: '(paid * shares.ownerBps + BPS - 1) / BPS',
    caughtBy: half,
  },
  {
    name: 'masternode and reserve are swapped',
    file: 'treasury/IncomeSplit.sol',
    original: 'parts.masternode = (rest * shares.masternodeBps) / BPS;',
    mutated: 'parts.masternode = (rest * shares.reserveBps) / BPS;',
    caughtBy: half,
  },
  {
    name: 'the reserve’s share is of the whole payment',
    file: 'treasury/IncomeSplit.sol',
    original: '(rest * shares.reserveBps) / BPS',
    mutated: '(paid * shares.reserveBps) / BPS',
    caughtBy: half,
  },
  {
    name: 'what rounding leaves is lost',
    file: 'treasury/IncomeSplit.sol',
    original: 'parts.network = rest - parts.masternode - parts.reserve;',
    mutated: 'parts.network = (rest * (BPS - shares.masternodeBps - shares.reserveBps)) / BPS;',
    caughtBy: whole,
  },
]

const sharing: readonly Mutant[] = [
  {
    name: 'the owner of now is paid, not the one at the period’s start',
    file: 'treasury/Income.sol',
    original: '_ownersAt(payments, start)',
    mutated: '_ownersAt(payments, block.timestamp)',
    caughtBy: 'test_whoOwnedTheDeviceAtThePeriodsStartIsPaid',
  },
  {
    name: 'a vote changes shares of periods that run',
    file: 'treasury/Income.sol',
    original: 'incomeSharesAt(start)',
    mutated: 'incomeSharesAt(block.timestamp)',
    caughtBy: 'test_aPeriodKeepsTheSharesOfItsStart',
  },
  {
    name: 'the last owner of a batch is not paid',
    file: 'treasury/Income.sol',
    original: '_pay(owner.receiver, owner.amount);',
    mutated: '',
    caughtBy: half,
  },
  {
    name: 'a payment in a row replaces the one before',
    file: 'treasury/Income.sol',
    original: 'payee.amount += amount;',
    mutated: 'payee.amount = amount;',
    caughtBy: whole,
  },
  {
    name: 'anyone shares income',
    file: 'treasury/Treasury.sol',
    original: 'if (msg.sender != System.LEASES) revert TreasuryCallerNotLeases(msg.sender);',
    mutated: '',
    caughtBy: 'test_onlyTheLeasesShareIncome',
  },
  {
    name: 'a push may use a hundred times the gas',
    file: 'base/Payouts.sol',
    original: 'call(PUSH_GAS, receiver',
    mutated: 'call(3000000, receiver',
    caughtBy: 'test_anOwnerThatBurnsGasCostsThirtyThousand',
  },
  {
    name: 'what an owner refuses is lost',
    file: 'base/Payouts.sol',
    original: 'if (!sent) _keep(receiver, amount);',
    mutated: '',
    caughtBy: 'test_anOwnerThatRefusesLosesNothingAndDelaysNobody',
  },
  {
    name: 'what is owed is collected twice',
    file: 'base/Payouts.sol',
    original: 'delete $.owed[msg.sender];',
    mutated: '',
    caughtBy: 'test_aFounderCollectsOnceWhereItWants',
  },
]

const credits: readonly Mutant[] = [
  {
    name: 'a credit exceeds the income',
    file: 'treasury/Income.sol',
    original: 'uint256 due = Math.min(amount, income.received);',
    mutated: 'uint256 due = amount;',
    caughtBy: credit,
  },
  {
    name: 'a credit is paid twice',
    file: 'treasury/Income.sol',
    original: 'income.credited += uint96(paid);',
    mutated: '',
    caughtBy: credit,
  },
  {
    name: 'a credit of another month is paid',
    file: 'treasury/Income.sol',
    original: 'if (income.month != month) return 0;',
    mutated: '',
    caughtBy: 'test_twoMonthsAreRememberedAndNoMore',
  },
  {
    name: 'a late bill counts for a month that is remembered',
    file: 'treasury/Income.sol',
    original: 'if (income.month == month) {\n            income.received',
    mutated: 'if (income.month >= month) {\n            income.received',
    caughtBy: 'test_twoMonthsAreRememberedAndNoMore',
  },
  {
    name: 'a credit is not taken from the fund',
    file: 'treasury/Treasury.sol',
    original: '_treasury().funds[Fund.Network] -= paid;',
    mutated: '',
    caughtBy: 'test_aCreditLeavesTheNetworksFund',
  },
]

const funds: readonly Mutant[] = [
  {
    name: 'founders share every period',
    file: 'treasury/Treasury.sol',
    original: 'period == 0 ? msg.value - unearned : 0',
    mutated: 'msg.value - unearned',
    caughtBy: 'testFuzz_laterEmissionIsDevelopments',
  },
  {
    name: 'founders share what nobody earned',
    file: 'treasury/Treasury.sol',
    original: 'period == 0 ? msg.value - unearned : 0',
    mutated: 'period == 0 ? msg.value : 0',
    caughtBy: 'testFuzz_theFoundersShareTheFundsPartOfPeriodZero',
  },
  {
    name: 'the last founder is rounded down too',
    file: 'treasury/Treasury.sol',
    original: 'i + 1 == list.length ? left : (amount * list[i].bps) / BPS',
    mutated: '(amount * list[i].bps) / BPS',
    caughtBy: 'testFuzz_theFoundersShareTheFundsPartOfPeriodZero',
  },
  {
    name: 'a fund spends what the others hold',
    file: 'treasury/Treasury.sol',
    original:
      'if (amount > held) revert TreasuryFundTooSmall(fund, amount, held);\n        _treasury().funds[fund] = held - amount;',
    mutated: '_treasury().funds[fund] = 0;',
    caughtBy: 'test_aFundSpendsWhatItHoldsAndNothingOfTheOthers',
  },
  {
    name: 'a vote takes the owners’ half',
    file: 'treasury/Treasury.sol',
    original: 'shares.ownerBps >= 5000 && ',
    mutated: '',
    caughtBy: 'testFuzz_sharesStayWithinTheirBounds',
  },
]

/** Mutants of the treasury and of how anything is paid out. */
export const incomeMutants: readonly Mutant[] = [...split, ...sharing, ...credits, ...funds]
