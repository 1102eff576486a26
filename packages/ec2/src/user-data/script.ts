/**
 * Returns the script that user data is; nothing where it is something else, which whoever runs in the instance reads for itself.
 *
 * @param userData - In base64.
 */
export function scriptOf(userData: string | undefined): Uint8Array | undefined {
  // "#!" and what follows: most instances have none, and are looked at often.
  if (userData === undefined || !userData.startsWith('IyE')) return undefined
  return Buffer.from(userData, 'base64')
}
