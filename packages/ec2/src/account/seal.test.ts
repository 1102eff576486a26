import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createMemorySeal } from './seal.ts'

test('what was sealed opens for its context alone, and is sealed differently each time', () => {
  const seal = createMemorySeal()
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 64 }),
      fc.string(),
      fc.string(),
      (bytes, context, other) => {
        const sealed = seal.close(bytes, context)
        expect(seal.open(sealed, context)).toEqual(bytes)
        if (other !== context) expect(seal.open(sealed, other)).toBeUndefined()
        expect(seal.close(bytes, context)).not.toEqual(sealed)
        expect(createMemorySeal().open(sealed, context)).toBeUndefined()
        expect(seal.open(sealed.subarray(1), context)).toBeUndefined()
      },
    ),
  )
})
