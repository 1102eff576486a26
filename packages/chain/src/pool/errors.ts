import { BaseError } from '@nexqloud/kernel'

/** Why the pool does not take a transaction; the words are those that geth's tools look for. */
export type RefusalCode =
  | 'CHAIN_TX_MALFORMED'
  | 'CHAIN_TX_TYPE_UNSUPPORTED'
  | 'CHAIN_TX_OTHER_CHAIN'
  | 'CHAIN_TX_TOO_LARGE'
  | 'CHAIN_TX_GAS_LIMIT'
  | 'CHAIN_TX_INTRINSIC_GAS'
  | 'CHAIN_TX_NONCE_TOO_LOW'
  | 'CHAIN_TX_NONCE_TOO_HIGH'
  | 'CHAIN_TX_FUNDS'
  | 'CHAIN_TX_REPLACEMENT_UNDERPRICED'
  | 'CHAIN_TX_SENDER_LIMIT'
  | 'CHAIN_TX_RATE_LIMIT'
  | 'CHAIN_POOL_FULL'

/** The pool does not take a transaction. */
export class TransactionRefusedError extends BaseError {
  override readonly code: RefusalCode

  constructor(code: RefusalCode, message: string, hint?: string) {
    const kind = busy.has(code) ? 'unavailable' : 'invalid'
    super(message, { code, kind, ...(hint !== undefined && { hint }) })
    this.code = code
  }
}

/** Refusals that a later try may not meet. */
const busy: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'CHAIN_TX_SENDER_LIMIT',
  'CHAIN_TX_RATE_LIMIT',
  'CHAIN_POOL_FULL',
])
