/** Where instances may be: a failure domain of devices. */
export type Zone = {
  /** E.g. `us-east-1a`. */
  readonly name: string
  /** The same for all accounts, e.g. `use1-az1`. */
  readonly id: string
}

/** A member of the federation of masternodes. */
export type Region = { readonly name: string; readonly zones: readonly Zone[] }
