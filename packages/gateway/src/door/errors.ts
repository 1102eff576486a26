import { BaseError } from '@nexqloud/kernel'

import type { ListenAddress } from './door.ts'

/** Nobody can be let in at an address, until another process or a setting makes way. */
export class AddressNotListenedOnError extends BaseError {
  readonly address: ListenAddress

  constructor(address: ListenAddress, cause: unknown) {
    const { code = 'unknown', message } = cause as NodeJS.ErrnoException
    super(`Nothing can listen on ${address.host}:${address.port}: ${message}.`, {
      code: 'GATEWAY_ADDRESS_NOT_LISTENED_ON',
      kind: 'unavailable',
      hint: hints[code] ?? 'It is tried again in some seconds.',
      cause,
    })
    this.address = address
  }
}

const hints: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Stop what listens there (see: ss -ltnp), or leave the port away.',
  EACCES: 'Start it as root, or allow low ports: sysctl net.ipv4.ip_unprivileged_port_start=0.',
  EADDRNOTAVAIL: 'Give this machine the address: ip address add ADDRESS/32 dev lo.',
}
