import { BaseError } from './errors.ts'

/** Bytes as text: `0x` and two hex digits a byte. */
type Hex = `0x${string}`

/** An account on the chain: 20 bytes, lower case, so that equal accounts are equal strings. */
export type Address = Hex & { readonly _: 'Address' }

/** An instance: 20 bytes account, 12 bytes number that the account's masternodes chose; lower case. */
export type InstanceKey = Hex & { readonly _: 'InstanceKey' }

/** A device: uint32, counted from 1 in the order of registration. */
export type DeviceId = number & { readonly _: 'DeviceId' }

/** A masternode: uint32, counted from 1 in the order of registration. */
export type MasternodeId = number & { readonly _: 'MasternodeId' }

/** A settlement period, counted from 0 at genesis. */
export type Period = number & { readonly _: 'Period' }

/** A text or number that is not the id it was taken for. */
export class InvalidIdError extends BaseError {
  readonly value: string | number

  constructor(value: string | number, expected: string) {
    super(`${value} is not ${expected}.`, {
      code: 'KERNEL_ID_INVALID',
      kind: 'invalid',
      hint: 'Pass the id unchanged, as it was given or listed.',
    })
    this.value = value
  }
}

/**
 * Returns an address in lower case.
 *
 * @throws {@link InvalidIdError} where it is not 20 bytes of hex after `0x`.
 */
export function parseAddress(text: string): Address {
  if (!/^0x[0-9a-f]{40}$/i.test(text)) throw new InvalidIdError(text, 'an address of 20 bytes')
  return text.toLowerCase() as Address
}

/**
 * Returns an instance key in lower case.
 *
 * @throws {@link InvalidIdError} where it is not 32 bytes of hex after `0x`.
 */
export function parseInstanceKey(text: string): InstanceKey {
  if (!/^0x[0-9a-f]{64}$/i.test(text)) {
    throw new InvalidIdError(text, 'an instance key of 32 bytes')
  }
  return text.toLowerCase() as InstanceKey
}

/**
 * Returns the key of an account's instance.
 *
 * @throws {@link InvalidIdError} where the number does not fit 12 bytes.
 */
export function createInstanceKey(account: Address, number: bigint): InstanceKey {
  if (BigInt.asUintN(96, number) !== number) {
    throw new InvalidIdError(number.toString(), 'an instance number of 12 bytes')
  }
  return `${account}${number.toString(16).padStart(24, '0')}` as InstanceKey
}

/** Returns the account that an instance belongs to: its first 20 bytes. */
export function accountOf(instance: InstanceKey): Address {
  return instance.slice(0, 42) as Address
}

/**
 * Returns a device's id.
 *
 * @throws {@link InvalidIdError} where it is not a uint32 of at least 1.
 */
export function parseDeviceId(value: number): DeviceId {
  if (!isCounted(value))
    throw new InvalidIdError(value, 'a device: a whole number from 1 to 2³² − 1')
  return value as DeviceId
}

/**
 * Returns a masternode's id.
 *
 * @throws {@link InvalidIdError} where it is not a uint32 of at least 1.
 */
export function parseMasternodeId(value: number): MasternodeId {
  if (!isCounted(value)) {
    throw new InvalidIdError(value, 'a masternode: a whole number from 1 to 2³² − 1')
  }
  return value as MasternodeId
}

/**
 * Returns a period.
 *
 * @throws {@link InvalidIdError} where it is not a whole number of at least 0.
 */
export function parsePeriod(value: number): Period {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidIdError(value, 'a period: a whole number from 0')
  }
  return value as Period
}

function isCounted(value: number): boolean {
  return value >>> 0 === value && value > 0
}
