import { BaseError } from '@nexqloud/kernel'

/** A text that names no region. */
class InvalidRegionError extends BaseError {
  constructor(region: string) {
    super(`"${region}" names no region.`, {
      code: 'DEVICE_REGION_INVALID',
      kind: 'invalid',
      hint: 'Write 1 to 32 small letters, digits and hyphens, e.g. eu-west-1.',
    })
  }
}

/**
 * Returns the name of a region, as the chain keeps it in 32 bytes.
 *
 * @throws {@link InvalidRegionError}
 */
export function parseRegion(text: string): string {
  if (!/^[a-z0-9-]{1,32}$/.test(text)) throw new InvalidRegionError(text)
  return text
}
