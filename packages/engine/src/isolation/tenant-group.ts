/** The control group in which all containers of an owner are, so that they can be held down together. */
export type TenantGroup = {
  /** As the engine is asked for it. */
  readonly parent: string
  /** Where it is, below the root of each controller. */
  readonly path: string
}

/**
 * Returns an owner's group, by the driver that the engine says it has; nothing where it keeps none. systemd wants a slice, in
 * whose name each dash is a slice above.
 */
export function tenantGroupOf(owner: string, driver: string | undefined): TenantGroup | undefined {
  const name = owner.replaceAll(/[^a-zA-Z0-9]/g, '_')
  if (driver === 'cgroupfs') {
    return { parent: `/nexqloud/${name}`, path: `nexqloud/${name}` }
  }
  if (driver === 'systemd') {
    const slice = `nexqloud-${name}.slice`
    return { parent: slice, path: `nexqloud.slice/${slice}` }
  }
  return undefined
}
