import { createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { bytesToHex } from '@ethereumjs/util'
import { expect, test } from 'vitest'

import { listRoot } from './list-root.ts'

/** Indexes are of one byte up to 127, then of two, from 256 on of three. */
test.each([0, 1, 2, 16, 17, 127, 128, 129, 130, 255, 256, 257, 300, 1500])(
  'the root of a list of %d is the one that the library has',
  async (length) => {
    const values = Array.from({ length }, (_, index) =>
      new Uint8Array(1 + ((index * 37) % 120)).fill(1 + (index % 250)),
    )
    const library = await createMPT()
    for (const [index, value] of values.entries()) await library.put(RLP.encode(index), value)
    expect(bytesToHex(await listRoot(values))).toBe(bytesToHex(library.root()))
  },
)
