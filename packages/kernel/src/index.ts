/** The words that every package uses: errors, ids, amounts of money, basis points, time. Pure. */

export { createAllowance, type Allowance } from './allowance.ts'
export { createAllowances } from './allowances.ts'
export { BPS, shareOf } from './bps.ts'
export { clientAddressOf, networkOf, plainAddressOf, siteOf } from './client-address.ts'
export { systemClock, type Clock } from './clock.ts'
export { deviceOfName, nameOfDevice } from './device-name.ts'
export { BaseError } from './errors.ts'
export { FairPlaces } from './fair-places.ts'
export { createGate, type Gate } from './gate.ts'
export { inParts } from './in-parts.ts'
export {
  accountOf,
  createInstanceKey,
  InvalidIdError,
  parseAddress,
  parseDeviceId,
  parseInstanceKey,
  parseMasternodeId,
  parsePeriod,
  type Address,
  type DeviceId,
  type InstanceKey,
  type MasternodeId,
  type Period,
} from './ids.ts'
export { createManualClock, type ManualClock } from './manual-clock.ts'
export { formatNxq, InvalidAmountError, larger, parseNxq, smaller, WEI_PER_NXQ } from './money.ts'
export {
  MOST_EGRESS_PASSAGES,
  isOfTraffic,
  isPortPassed,
  protocols,
  saysTypes,
  type Packet,
  type Passage,
} from './passage.ts'
export { createSeededRandom } from './seeded-random.ts'
