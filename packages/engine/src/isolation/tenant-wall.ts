import type { ContainerEgress } from './egress-rules.ts'
import type { Firewall } from './firewall.ts'
import type { NetworkTable } from './network-table.ts'

/** An owner's table, which changes while it stands: one change after the other, each in one step. */
export type TenantWall = {
  readonly owner: string
  /**
   * Has the table stand, with the name servers of now: puts it there where it does not.
   *
   * @throws {@link FirewallFailedError}
   */
  readonly raise: () => Promise<void>
  /**
   * Puts the table in place of the one that stands. Until it was said where containers may send, one that stands stays: it is from before a
   * restart, and holds those that run.
   *
   * @throws {@link FirewallFailedError}
   */
  readonly renew: () => Promise<void>
  /**
   * Says which containers there are, and holds them to their passages; resolves once that stands. Others are held to nothing, and nothing that was begun by one of
   * them is let in any more. What was said before costs nothing.
   *
   * @throws {@link FirewallFailedError}
   */
  readonly limitEgress: (egress: readonly ContainerEgress[]) => Promise<void>
  /**
   * Closes the address under which the internet sees the machine's network, and the one that was closed so before no more.
   *
   * @throws {@link FirewallFailedError}, {@link InvalidAddressError}
   */
  readonly closeLine: (address: string) => Promise<void>
}

/** Returns the wall of an owner's tenants; nothing is done to the machine yet. */
export function createTenantWall({
  firewall,
  table,
  findResolvers,
}: {
  readonly firewall: Pick<Firewall, 'apply' | 'isApplied'>
  readonly table: Omit<NetworkTable, 'egress' | 'resolvers' | 'line'>
  /** Returns the machine's name servers of now: it may have been started before its network, or be carried into another one. */
  readonly findResolvers: () => Promise<readonly string[]>
}): TenantWall {
  const { owner } = table
  let egress: readonly ContainerEgress[] | undefined
  let standing: string | undefined
  let line: string | undefined
  let named = ''
  let last: Promise<void> = Promise.resolve()
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = last.then(change)
    last = done.catch(() => {})
    return done
  }
  const put = async (): Promise<void> => {
    if (egress === undefined && (await firewall.isApplied(owner))) return
    const resolvers = await findResolvers()
    await firewall.apply({ ...table, resolvers, line, egress: egress ?? [] })
    named = resolvers.join(' ')
  }
  const stands = async (): Promise<boolean> =>
    (await firewall.isApplied(owner)) && (await findResolvers()).join(' ') === named
  return {
    owner,
    raise: () =>
      inTurn(async () => {
        if (!(await stands())) await put()
      }),
    renew: () => inTurn(put),
    closeLine: (address) =>
      inTurn(async () => {
        if (address === line) return
        line = address
        await put()
      }),
    limitEgress: (wanted) =>
      inTurn(async () => {
        const text = JSON.stringify(wanted)
        if (text === standing) return
        egress = wanted
        standing = undefined
        await put()
        standing = text
      }),
  }
}
