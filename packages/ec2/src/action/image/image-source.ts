/** An image that everybody may launch. */
export type CatalogueImage = {
  /** `ami-` and hexadecimal digits; the same in all regions. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** The OCI image, by its digest or by a tag, which is looked up at each launch: `docker.io/library/debian:13`. */
  readonly reference: string
  readonly architecture: 'x86_64' | 'arm64'
  /** ISO 8601. */
  readonly createdAt: string
  readonly owner: {
    /** 12 digits. */
    readonly id: string
    /** E.g. `amazon`, as which requests may name it. */
    readonly alias?: string
  }
  /** E.g. `/dev/sda1`. */
  readonly rootDeviceName: string
  readonly rootGib: number
  readonly rootVolumeType: 'standard' | 'gp2' | 'gp3'
}

/** What a name leads to. */
export type ResolvedImage = {
  /** In full, by its digest. */
  readonly reference: string
  readonly architecture: CatalogueImage['architecture']
  /** The TCP ports that it says it serves. */
  readonly exposedPorts?: readonly number[]
  /** What it runs where nobody says anything else: program and arguments. */
  readonly command?: readonly string[]
}

/**
 * Returns the OCI image that a name leads to now, e.g. `nginx:1.29`; nothing where it is no name, or its registry has none. It may be asked at any time,
 * and again.
 *
 * @param account - The one that asks: what it waits for is to hold up no other one.
 * @throws {@link ActionError} `Unavailable` where the registry cannot be asked now.
 */
export type ResolveImage = (name: string, account: string) => Promise<ResolvedImage | undefined>

/** Where images come from. */
export type ImageSource = {
  readonly catalogue: readonly CatalogueImage[]
  readonly resolve: ResolveImage
}
