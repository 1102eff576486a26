/** What follows from recorded facts: the rules of the economy and of placement, as pure functions. */

export {
  BeforeGenesisError,
  createCalendar,
  InvalidCalendarError,
  MONTH_SECONDS,
  monthOf,
  monthsOver,
  periodEnd,
  periodOf,
  periodStart,
  type Calendar,
} from './calendar.ts'
export { pendingFees, returnFees, type BurntFees, type FeeReturn } from './base-fee.ts'
export { claimableCredit, earnedCredit, type Availability, type MonthIncome } from './credit.ts'
export {
  createEmissionSchedule,
  EMISSION_SUPPLY,
  InexactEmissionError,
  nextHalvingAt,
  type EmissionSchedule,
} from './emission.ts'
export { MISSING_PERIODS } from './lease/close.ts'
export { earliestStart, type OpeningTerms } from './lease/earliest-start.ts'
export { findOverclaims, type Claims } from './measurement/claims.ts'
export { lowerScores } from './measurement/lowered-scores.ts'
export {
  groupDevices,
  isRepeatDue,
  repeatTermsOf,
  startOfRepeat,
  type MeasureGroup,
  type Repeatable,
  type RepeatDraw,
  type RepeatTerms,
} from './measurement/repeat.ts'
export {
  changedScores,
  differenceOf,
  REPEATABLE,
  type ScoreChange,
} from './measurement/score-change.ts'
export {
  confirmSharers,
  findSharers,
  hasFallen,
  shareScores,
  type TwoScores,
} from './measurement/sharers.ts'
export {
  addFreeSeconds,
  patienceOf,
  type FreeSeconds,
  type RunSeconds,
} from './meter/free-seconds.ts'
export {
  followFreeze,
  freezeLadder,
  freezeStepSeconds,
  IllegalFreezeError,
  isUntold,
  nextFreezeStep,
  type FreezeEvent,
  type FreezeMark,
  type FreezeStep,
} from './meter/freeze-ladder.ts'
export { followFunds, type LeaseHappening } from './meter/follow-funds.ts'
export {
  dryAt,
  findRefusal,
  fundsAt,
  withLease,
  type Funds,
  type FundsRefusal,
} from './meter/funds.ts'
export { graceFor, isGraceOver } from './meter/grace.ts'
export {
  chooseKind,
  findTooSmall,
  instanceTypes,
  type InstanceShape,
  type InstanceType,
  type ListedKind,
} from './meter/instance-types.ts'
export {
  byFreezeOrder,
  planFreeze,
  type FreezeInput,
  type FreezePlan,
  type FreezeRank,
  type FundedInstance,
  type Unfunded,
} from './meter/plan-freeze.ts'
export {
  planLeases,
  type LastLease,
  type LeaseOpening,
  type LeasePlan,
  type LeaseRef,
  type PlacedInstance,
  type Wait,
} from './meter/plan-leases.ts'
export {
  runwayThresholds,
  runwayWarning,
  type RunwayWarning,
  type ToldThreshold,
} from './meter/runway-warning.ts'
export { rivalPricesAsOf, rivalPricesOf, type RivalPrices } from './meter/rival-price.ts'
export { majorityOf, quorumOf } from './quorum.ts'
export { InvalidRawScoresError, qloudScores } from './score.ts'
export {
  splitAmongFounders,
  splitEmission,
  splitIncome,
  type EmissionParts,
  type EmissionShares,
  type IncomeParts,
  type IncomeShares,
} from './shares.ts'
export type { Keccak256 } from './keccak.ts'
export { shareRewards, type RewardRows, type Rewards } from './rewards.ts'
export { countedMinutes, leaseSeconds, uptimeSeconds, type MinuteRecord } from './uptime.ts'
export { drawWitnesses, type WitnessDraw } from './witness.ts'
export {
  createLeafEncoder,
  LeafOverflowError,
  type BillLeaf,
  type CreditLeaf,
  type LeafEncoder,
  type RewardLeaf,
} from './settlement/leaves.ts'
export { findDissent, type Dissent } from './settlement/dissent.ts'
export {
  creditedMonth,
  darkSeconds,
  monthCredits,
  TARGET_BPS,
  type InstanceMonth,
} from './settlement/month-credits.ts'
export {
  IllegalPeriodEventError,
  LATE_PERIODS,
  nextPeriodStage,
  periodStageOf,
  periodStages,
  type PeriodEvent,
  type PeriodStage,
  type PeriodState,
} from './settlement/period-stage.ts'
export { createPeriodTree } from './settlement/period-tree.ts'
export type { SeenRun, SeenRuns } from './settlement/seconds-left.ts'
export {
  settlePeriod,
  type OverlappingLease,
  type PeriodFacts,
  type PeriodLeaves,
  type SettledDevice,
  type SettledFile,
} from './settlement/settle-period.ts'
export { stepsToWait, type TurnOf } from './settlement/turn.ts'
export { eachProof, type LeafProof } from './settlement/proofs.ts'
export {
  createTree,
  multiproofOf,
  proofOf,
  rootOf,
  UnknownLeavesError,
  type MerkleTree,
  type Multiproof,
  type TreeInput,
} from './settlement/tree.ts'
export {
  fixPrice,
  PRICE_UNIT,
  type FixedPrice,
  type PriceInput,
  type PriceTerms,
  type Quote,
} from './price/fix-price.ts'
export {
  changePriceTerms,
  createPriceHistory,
  dropQuote,
  fillPrices,
  integralAt,
  InvalidFirstPriceError,
  InvalidQuoteError,
  isFirm,
  priceIn,
  quotePrice,
  type PriceHistory,
  type PriceStart,
} from './price/history.ts'
export {
  costBetween,
  costOf as leaseCost,
  reservedOf,
  runwaySeconds,
  spendableOf,
  usableOf,
  type Account,
} from './lease/account.ts'
export {
  itemRefusals,
  type LeaseAction,
  type LeaseActionName,
  type LeaseActionOf,
  type LeaseEffect,
  type LeaseOutcome,
  type LeaseRefusal,
} from './lease/action.ts'
export {
  accountIn,
  createLeaseBook,
  leaseIn,
  residueIn,
  type Lease,
  type LeaseBook,
  type LeaseGenesis,
  type LeaseTerms,
  type Residue,
} from './lease/book.ts'
export { ActionInPastError, stepLeases } from './lease/step.ts'
export {
  byCost,
  costOf,
  evenWeights,
  type CostWeights,
  type PricedDevice,
} from './placement/cost.ts'
export { explainBlock, type Blocked } from './placement/explain.ts'
export {
  failureOf,
  hasCores,
  type Demand,
  type Device,
  type Failure,
  type FailureDomains,
  type Taint,
  type Toleration,
} from './placement/filter.ts'
export { chooseDevice, placePod, type Placement, type PlacementInput } from './placement/place.ts'
export { parseQuantity } from './placement/quantity.ts'
export {
  addResources,
  dimensionNames,
  dimensions,
  formatAmount,
  hasRoom,
  largestResources,
  noResources,
  subtractResources,
  type Dimension,
  type Resources,
} from './placement/resources.ts'
export { countReplicas, leastCrowding, type Peer } from './placement/spread.ts'
export { findExceeded, type Deed, type Exceeded, type SpanLimits } from './relay/find-exceeded.ts'
export { isAffordable, type RelayMeans } from './relay/is-affordable.ts'
export {
  beginWithdrawal,
  planWallet,
  type WalletAction,
  type WalletFacts,
  type WalletMasternode,
  type WalletPlan,
  type WalletWish,
  type WithdrawalProgress,
  type WithdrawalWish,
} from './wallet/plan-wallet.ts'
