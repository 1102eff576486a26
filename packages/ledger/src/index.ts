/** The door to the contracts: where they stand, what they say, what has to be signed for them. */

export { nexqloud, nexqloudLocal } from './chains.ts'
export { ContractRefusalError, explainFailure } from './errors.ts'
export { readFeeOffer, type FeeOffer } from './fee-offer.ts'
export * as contracts from './generated/index.ts'
export { createHttpTransport } from './http-transport.ts'
export { createMeterLedger, type MeterLedgerParts } from './lease/meter-ledger.ts'
export { createLedger, type Ledger, type LedgerOptions } from './ledger.ts'
export { readCalendar } from './registry/calendar.ts'
export {
  readDevice,
  readDeviceOfKey,
  readDeviceOfTlsKey,
  type DeviceReader,
  type DeviceRecord,
  type DeviceStatus,
} from './registry/device.ts'
export {
  createDeviceIndex,
  type DeviceIndex,
  type DeviceIndexOptions,
  type DeviceIndexReader,
} from './registry/device-index.ts'
export { readListedKinds } from './registry/listed-kinds.ts'
export { readLogPages, type LogPage, type LogPages, type LogReader } from './registry/log-pages.ts'
export {
  parseEndpoint,
  readMasternodeOfSigner,
  readServingMasternodes,
  seatsOf,
  type HostPort,
  type MasternodeReader,
  type MasternodeRecord,
} from './registry/masternode.ts'
export {
  readPeriodDraw,
  readRandomnessBefore,
  type DrawReader,
  type PeriodDraw,
} from './registry/witness-draw.ts'
export { readAcceptedRoot, type AcceptedRoot } from './settlement/accepted-root.ts'
export { readAccountOpenings } from './settlement/account-openings.ts'
export { readAccountBills, type AccountBill, type WantedBills } from './settlement/account-bills.ts'
export {
  readAccountCredits,
  type AccountCredit,
  type AccountWait,
} from './settlement/account-credits.ts'
export { readDeviceIncome, type DeviceIncome } from './settlement/device-income.ts'
export { PeriodOpenError } from './settlement/errors.ts'
export type { PostedFile } from './settlement/file-set.ts'
export {
  encodeInputs,
  inputsHash,
  inputsOf,
  InvalidInputsError,
  parseInputs,
  type SettlementInputs,
} from './settlement/inputs.ts'
export type { PeriodLease } from './settlement/lease-history.ts'
export {
  readPayments,
  type ChargedBill,
  type PaidCredit,
  type PaidReward,
  type Payments,
} from './settlement/payments.ts'
export type { PeriodBlocks } from './settlement/period-blocks.ts'
export {
  createPeriodReader,
  type PeriodLedger,
  type PeriodReader,
  type PeriodRecord,
} from './settlement/period-reader.ts'
export { settleRecord, type Settlement } from './settlement/settle-record.ts'
export {
  acceptanceData,
  registrationData,
  retirementData,
  type Acceptance,
  type RawScores,
  type Registration,
  type Retirement,
} from './typed-data/devices.ts'
export { rootData, type Root } from './typed-data/settlement.ts'
