import { BaseError } from '@nexqloud/kernel'

/** Nobody answers at the node's URL, or not as a node does. */
export class ChainUnreachableError extends BaseError {
  constructor(url: string, cause: unknown) {
    const reason = cause instanceof Error && 'details' in cause ? `: ${String(cause.details)}` : ''
    super(`No node of the chain answers at ${url}${reason}.`, {
      code: 'CLI_CHAIN_UNREACHABLE',
      kind: 'unavailable',
      hint: 'Start a local network with: nexqloud chain. Or name another node with --rpc URL.',
      cause,
    })
  }
}

/** The node belongs to a network that has none of our contracts. */
export class UnknownNetworkError extends BaseError {
  constructor(url: string, chainId: number) {
    super(`The node at ${url} has the chain id ${chainId}, which is not NexQloud's.`, {
      code: 'CLI_NETWORK_UNKNOWN',
      kind: 'conflict',
      hint: 'Name a node of NexQloud with --rpc URL.',
    })
  }
}

/** An address has capital letters, and not where its checksum puts them (EIP-55). */
export class MistypedAddressError extends BaseError {
  constructor(text: string) {
    super(`${text} is mistyped: its capital letters are not those of its checksum.`, {
      code: 'CLI_ADDRESS_MISTYPED',
      kind: 'invalid',
      hint: 'Copy the address again from where it came from.',
    })
  }
}
