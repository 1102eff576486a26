import { BaseError } from '@nexqloud/kernel'

/** A data folder holds another network than the one that is to run from it. */
export class OtherNetworkError extends BaseError {
  constructor(file: string, problem: string) {
    super(`${file} is of another network: ${problem}.`, {
      code: 'NETWORK_OTHER',
      kind: 'conflict',
      hint: 'Name the folder of this network with --data.',
    })
  }
}

/** A file that a network starts from cannot be used. */
export class NetworkFileError extends BaseError {
  constructor(file: string, problem: string) {
    super(`${file} cannot be used: ${problem}`, {
      code: 'NETWORK_FILE_INVALID',
      kind: 'invalid',
      hint: 'Put the file back as it was, or start from an empty data folder.',
    })
  }
}

/** A network that others launched is joined by its genesis file, and none was named. */
export class GenesisMissingError extends BaseError {
  constructor(network: string) {
    super(`${network} starts from a genesis file, and the data folder has no genesis.json.`, {
      code: 'NETWORK_GENESIS_MISSING',
      kind: 'invalid',
      hint: 'Name the file that the network published or was launched with: --genesis FILE.',
    })
  }
}

/** Where a network's masternode is said to be, nobody could dial it. */
export class MasternodeEndpointError extends BaseError {
  constructor(endpoint: string) {
    super(`"${endpoint}" is no address of a masternode.`, {
      code: 'NETWORK_ENDPOINT_INVALID',
      kind: 'invalid',
      hint: 'Write host:port, e.g. 192.0.2.7:4433 or [2001:db8::7]:4433.',
    })
  }
}
