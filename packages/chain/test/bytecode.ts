/** Small contracts, by hand. */

import { concatHex, numberToHex, size, type Hex } from 'viem'

/** Returns the code that makes a contract of this code. */
export function deploying(code: Hex): Hex {
  const length = numberToHex(size(code), { size: 2 })
  // PUSH2 length, PUSH1 12, PUSH0, CODECOPY, PUSH2 length, PUSH0, RETURN
  return concatHex(['0x61', length, '0x600c5f39', '0x61', length, '0x5ff3', code])
}

/** With data: puts its first word into slot 0. Without: returns slot 0. */
export const cell: Hex = '0x36600c575f545f5260205ff35b5f355f5500'

/** Computes for ever. */
export const endless: Hex = '0x5b5f56'

/** Calls itself with all its gas, until the depth or the gas ends. */
export const recursive: Hex = '0x5f5f5f5f5f305af1'

/** Reverts with the data that it is called with. */
export const refusing: Hex = '0x365f5f37365ffd'

/** Destroys itself in favour of its caller. */
export const destroying: Hex = '0x33ff'

/** Calls the account in the first word of its data with the rest, logs the answer under topic 7, and hands it on. */
export const forwarding: Hex = concatHex([
  '0x602036036020',
  '0x5f37',
  '0x5f5f602036035f345f355af1',
  '0x3d5f5f3e',
  '0x60073d5fa1',
  '0x6023573d5ffd',
  '0x5b3d5ff3',
])

/** Fails where fewer than 200,000 gas are left, and uses next to none. */
export const greedy: Hex = '0x5a62030d4011600a57005b5f5ffd'

/** Logs the first three words of its data as topics. */
export const logging: Hex = '0x6040356020355f355f5fa300'

/** Makes contracts of one byte until fewer than 65,535 gas are left: some 900 with a block's gas. */
export const deployingMany: Hex = '0x6360015ff35f525b6004601c5ff0505a61ffff1060075700'
