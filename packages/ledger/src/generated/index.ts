// Written by tool/generate.ts from the compiled contracts.

export { devices } from './devices.ts'
export { digitalKeys } from './digital-keys.ts'
export { emission } from './emission.ts'
export { leases } from './leases.ts'
export { lockedReserve } from './locked-reserve.ts'
export { masternodes } from './masternodes.ts'
export { prices } from './prices.ts'
export { settlement } from './settlement.ts'
export { treasury } from './treasury.ts'
export { validatorPool } from './validator-pool.ts'
