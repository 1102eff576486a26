import { BaseError } from '@nexqloud/kernel'

/** A text that is not the address it was taken for. */
export class InvalidAddressError extends BaseError {
  constructor(text: string, expected: string) {
    super(`"${text}" is not ${expected}.`, {
      code: 'ENGINE_ADDRESS_INVALID',
      kind: 'invalid',
      hint: 'Take name servers from resolv.conf, and ranges from the configuration of the engine.',
    })
  }
}

/** The firewall could not be set, so that tenants' networks are not closed. */
export class FirewallFailedError extends BaseError {
  constructor(reason: string, cause?: unknown) {
    super(`The firewall could not be set: ${reason}`, {
      code: 'ENGINE_FIREWALL_FAILED',
      kind: 'unavailable',
      hint: 'Run as root on a Linux with nftables (Debian, Ubuntu: apt-get install nftables). No container may start before.',
      cause,
    })
  }
}
