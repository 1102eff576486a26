/** The addresses of the internet that instances may be reached at: a port, behind which is a gateway's pool. */
export type PublicAddresses = {
  /**
   * Returns free addresses of a region; fewer where there are not as many. They are held until they are given back: nobody else gets them.
   *
   * @param taken - Those that are somebody's already.
   */
  readonly take: (
    region: string,
    asked: {
      readonly count: number
      readonly taken: Pick<ReadonlySet<string>, 'has'>
      /** An address that is to be had, or none. */
      readonly wanted?: string | undefined
    },
  ) => readonly string[]
  /** Lets go of addresses that were held: what became somebody's is among those that are taken from then on. Twice is as once. */
  readonly giveBack: (addresses: readonly string[]) => void
  /** Public names end in it, after the region: `compute.example.org`. */
  readonly domain: string
}
