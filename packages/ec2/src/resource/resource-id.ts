import { randomBytes } from 'node:crypto'

/** Returns an id as EC2 has them since 2018: a prefix and 17 hexadecimal digits. */
export function createResourceId(prefix: string): string {
  return `${prefix}-0${randomBytes(8).toString('hex')}`
}

/** Whether a text could be an id: 8 hexadecimal digits, as they were before, or 17. */
export function isResourceId(text: string, prefix: string): boolean {
  return (
    text.startsWith(`${prefix}-`) &&
    /^[0-9a-f]{8}([0-9a-f]{9})?$/.test(text.slice(prefix.length + 1))
  )
}
