import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parseMetadataPath } from './metadata-path.ts'

test('a path is the names along it, whatever they are written with', () => {
  const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed())
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), (names) => {
      const target = `/${names.map((each) => encodeURIComponent(each)).join('/')}`
      expect(parseMetadataPath(target)).toEqual(names)
      expect(parseMetadataPath(`/${target}/?a=b`)).toEqual(names)
    }),
  )
})

test('what is no path is none', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const path = parseMetadataPath(text)
      expect(path === undefined || text.startsWith('/')).toBe(true)
    }),
  )
  for (const target of ['', 'http://169.254.169.254/', '/%', `/${'a'.repeat(2000)}`]) {
    expect(parseMetadataPath(target)).toBeUndefined()
  }
})
