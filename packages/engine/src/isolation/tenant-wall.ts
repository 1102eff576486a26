import type { ContainerEgress } from './egress-rules.ts'
import type { Firewall } from './firewall.ts'
import type { NetworkTable } from './network-table.ts'

/** An owner's table, which changes while it stands: one change after the other, each in one step. */
export type TenantWall = {
  readonly owner: string
  /**
   * Has the table stand: puts it there where it is not.
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
}

/** Returns the wall of an owner's tenants; nothing is done to the machine yet. */
export function createTenantWall({
  firewall,
  table,
}: {
  readonly firewall: Pick<Firewall, 'apply' | 'isApplied'>
  readonly table: Omit<NetworkTable, 'egress'>
}): TenantWall {
  const { owner } = table
  let egress: readonly ContainerEgress[] | undefined
  let standing: string | undefined
  let last: Promise<void> = Promise.resolve()
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = last.then(change)
    last = done.catch(() => {})
    return done
  }
  const put = async (): Promise<void> => {
    if (egress === undefined && (await firewall.isApplied(owner))) return
    await firewall.apply({ ...table, egress: egress ?? [] })
  }
  return {
    owner,
    raise: () =>
      inTurn(async () => {
        if (!(await firewall.isApplied(owner))) await put()
      }),
    renew: () => inTurn(put),
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
