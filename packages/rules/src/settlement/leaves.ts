import { BaseError, type Address, type DeviceId, type InstanceKey } from '@nexqloud/kernel'

/** What a device's owner earned in the period. */
export type RewardLeaf = {
  readonly account: Address
  readonly device: DeviceId
  /** Wei, uint96. */
  readonly amount: bigint
  readonly uptimeSeconds: number
  readonly scoreHundredths: number
}

/** How long a lease was seen to run in the period; 0 included. */
export type BillLeaf = {
  readonly instance: InstanceKey
  /** Token of the lease, uint64. */
  readonly token: bigint
  readonly seconds: number
}

/** What an instance's account gets back for a month. */
export type CreditLeaf = {
  readonly instance: InstanceKey
  /** 30-day month, counted from genesis. */
  readonly month: number
  /** Wei, uint96. */
  readonly amount: bigint
}

/** A number that does not fit its place in a leaf. */
export class LeafOverflowError extends BaseError {
  constructor(value: bigint | number, bits: number) {
    super(`${value} does not fit the ${bits} bits that a leaf has for it.`, {
      code: 'RULES_LEAF_OVERFLOW',
      kind: 'invalid',
      hint: 'Take amounts and seconds from the settlement’s own rules: none of theirs is larger.',
    })
  }
}

/**
 * Encodes leaves as Solidity's `abi.encode` does: 32-byte words, numbers big-endian, the first word naming the kind.
 * What a function returns is overwritten when it is called again. They throw {@link LeafOverflowError}.
 */
export type LeafEncoder = {
  /** 6 words: 1, account, device, amount, uptime in seconds, score in hundredths. */
  readonly encodeReward: (leaf: RewardLeaf) => Uint8Array
  /** 4 words: 2, instance, token, seconds. */
  readonly encodeBill: (leaf: BillLeaf) => Uint8Array
  /** 4 words: 3, instance, month, amount. */
  readonly encodeCredit: (leaf: CreditLeaf) => Uint8Array
}

/** The first word of a leaf, so that no leaf of one kind can be read as another. */
const leafKind = { reward: 1, bill: 2, credit: 3 } as const

const WORD = 32

/** Returns an encoder with a place of its own for each kind of leaf. */
export function createLeafEncoder(): LeafEncoder {
  const [reward, bill, credit] = [createWords(6), createWords(4), createWords(4)]
  setNumber(reward, 0, { value: leafKind.reward, bits: 8 })
  setNumber(bill, 0, { value: leafKind.bill, bits: 8 })
  setNumber(credit, 0, { value: leafKind.credit, bits: 8 })
  return {
    encodeReward: (leaf) => {
      setHex(reward, WORD + 12, leaf.account)
      setNumber(reward, 2, { value: leaf.device, bits: 32 })
      setBigInt(reward, 3, { value: leaf.amount, bits: 96 })
      setNumber(reward, 4, { value: leaf.uptimeSeconds, bits: 32 })
      setNumber(reward, 5, { value: leaf.scoreHundredths, bits: 16 })
      return reward.bytes
    },
    encodeBill: ({ instance, token, seconds }) => {
      setHex(bill, WORD, instance)
      setBigInt(bill, 2, { value: token, bits: 64 })
      setNumber(bill, 3, { value: seconds, bits: 32 })
      return bill.bytes
    },
    encodeCredit: ({ instance, month, amount }) => {
      setHex(credit, WORD, instance)
      setNumber(credit, 2, { value: month, bits: 32 })
      setBigInt(credit, 3, { value: amount, bits: 96 })
      return credit.bytes
    },
  }
}

type Words = { readonly bytes: Uint8Array; readonly view: DataView }

function createWords(count: number): Words {
  const bytes = new Uint8Array(count * WORD)
  return { bytes, view: new DataView(bytes.buffer) }
}

/** Writes a number of at most 32 bits to the end of a word. */
function setNumber(
  { view }: Words,
  word: number,
  { value, bits }: { readonly value: number; readonly bits: number },
): void {
  if (value >>> 0 !== value || value >= 2 ** bits) throw new LeafOverflowError(value, bits)
  view.setUint32(word * WORD + 28, value)
}

/** Writes a number of at most 96 bits to the end of a word. */
function setBigInt(
  { view }: Words,
  word: number,
  { value, bits }: { readonly value: bigint; readonly bits: number },
): void {
  if (BigInt.asUintN(bits, value) !== value) throw new LeafOverflowError(value, bits)
  view.setUint32(word * WORD + 20, Number(value >> 64n))
  view.setBigUint64(word * WORD + 24, BigInt.asUintN(64, value))
}

/** Writes the bytes of lower-case hex after `0x`. */
function setHex({ bytes }: Words, offset: number, hex: string): void {
  for (let digit = 2, place = offset; digit < hex.length; digit += 2, place += 1) {
    bytes[place] = (valueOf(hex.charCodeAt(digit)) << 4) | valueOf(hex.charCodeAt(digit + 1))
  }
}

/** Value of a hex digit's character code: `0` is 48, `a` is 97. */
function valueOf(code: number): number {
  return code < 58 ? code - 48 : code - 87
}
