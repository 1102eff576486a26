import { ActionError, invalidValue } from '../errors.ts'

/** Source: EC2's user guide, "Run commands when you launch". */
const MOST_BYTES = 16_384

/**
 * Returns user data, in base64, as it was given. It is looked through once, however long it is.
 *
 * @throws {@link ActionError} where it is no base64, or too long.
 */
export function parseUserData(text: string): string {
  // Lines of Base64 may be of any length.
  if (!/^[A-Za-z0-9+/\s]*={0,2}$/.test(text.trimEnd())) {
    throw new ActionError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.')
  }
  if (Buffer.from(text, 'base64').length > MOST_BYTES) {
    throw invalidValue('userData', '…', `User data is limited to ${MOST_BYTES} bytes.`)
  }
  return text
}
