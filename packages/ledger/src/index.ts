/** The door to the contracts: where they stand, what they say, what has to be signed for them. */

export { nexqloud, nexqloudLocal } from './chains.ts'
export { ContractRefusalError, explainFailure } from './errors.ts'
export * as contracts from './generated/index.ts'
export { createLedger, type Ledger, type LedgerOptions } from './ledger.ts'
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
export { readLogPages, type LogPage, type LogPages, type LogReader } from './registry/log-pages.ts'
export {
  parseEndpoint,
  readServingMasternodes,
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
export { PeriodOpenError } from './settlement/errors.ts'
export type { PostedFile } from './settlement/file-set.ts'
export type { PeriodBlocks } from './settlement/period-blocks.ts'
export {
  createPeriodReader,
  type PeriodLedger,
  type PeriodReader,
  type PeriodRecord,
} from './settlement/period-reader.ts'
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
