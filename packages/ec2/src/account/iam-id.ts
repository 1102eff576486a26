import { randomBytes } from 'node:crypto'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
/** 40 bits: an account's 12 digits are below. */
const ACCOUNT_LETTERS = 8

/** Returns a unique id of IAM's: what it is of, e.g. `AIDA`, and 17 letters. */
export function createIamId(prefix: string): string {
  return `${prefix}${randomLetters(17)}`
}

/** Returns the id of an access key, of which the account follows: `AKIA` for those that stay, `ASIA` for temporary ones. */
export function createAccessKeyId(prefix: 'AKIA' | 'ASIA', accountId: string): string {
  return `${prefix}${encode(Number(accountId))}${randomLetters(8)}`
}

/** Returns the account that an access key is of; nothing where it is none. */
export function accountOfKey(accessKeyId: string): string | undefined {
  const [, letters] = /^A[KS]IA([A-Z2-7]{8})[A-Z2-7]{8}$/.exec(accessKeyId) ?? []
  if (letters === undefined) return undefined
  const number = letters.split('').reduce((sum, letter) => sum * 32 + ALPHABET.indexOf(letter), 0)
  const digits = String(number)
  return /^[1-9]\d{11}$/.test(digits) ? digits : undefined
}

/** Names of IAM's are the same whatever their case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** Returns a secret of 40 characters, 240 bits. */
export function createSecret(): string {
  return randomBytes(30).toString('base64')
}

function encode(number: number): string {
  const letters: string[] = []
  let left = number
  for (let at = 0; at < ACCOUNT_LETTERS; at += 1) {
    letters.unshift(ALPHABET.charAt(left % 32))
    left = Math.floor(left / 32)
  }
  return letters.join('')
}

function randomLetters(count: number): string {
  return [...randomBytes(count)].map((byte) => ALPHABET.charAt(byte % 32)).join('')
}
