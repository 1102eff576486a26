/** The door of the instances: their addresses and names, raw connections and HTTP, through the links of their devices. */

export { InvalidAddressRangeError, NoFreeAddressError } from './address/errors.ts'
export { addressesOf, LOOPBACK_POOL, nextAddress } from './address/instance-address.ts'
export { AddressNotListenedOnError } from './door/errors.ts'
export type { GatewayCounters } from './counters.ts'
export { openGateway, type Gateway, type GatewayFailure, type GatewayParts } from './gateway.ts'
export { createBackend, type Backend } from './instance/backend.ts'
export { gatewayLimitsByDefault, type GatewayLimits } from './limits.ts'
export type { Route, RoutePort } from './route.ts'
