/**
 * Whether user data is a script; what is something else, whoever runs in the instance reads for itself.
 *
 * @param userData - In base64; it is looked at often, and read as it stands.
 */
export function isScript(userData: string | undefined): userData is string {
  // "#!" and what follows.
  return userData?.startsWith('IyE') === true
}
