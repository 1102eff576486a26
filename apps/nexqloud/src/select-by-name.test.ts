import { expect, test } from 'vitest'

import { exitCodeOf } from './exit-code.ts'
import { selectByName } from './select-by-name.ts'

const items = [{ name: 'types' }, { name: 'lint' }, { name: 'unit' }]

test('no names select everything', () => {
  expect(selectByName(items, { names: [], noun: 'stage' })).toEqual(items)
})

test('the order is that of the table, not that of the names', () => {
  const selected = selectByName(items, { names: ['unit', 'types'], noun: 'stage' })
  expect(selected.map(({ name }) => name)).toEqual(['types', 'unit'])
})

test('all unknown names are told at once, with the known ones', () => {
  const error = thrownBy(() =>
    selectByName(items, { names: ['lint', 'tpyes', 'unti'], noun: 'stage' }),
  )
  expect(exitCodeOf(error)).toBe(2)
  expect(error).toMatchObject({ code: 'CLI_UNKNOWN_NAME', unknown: ['tpyes', 'unti'] })
  expect(error).toMatchInlineSnapshot(`[UnknownNameError: There is no stage named tpyes, unti.]`)
  expect(error).toHaveProperty('hint', 'Known are: types, lint, unit.')
})

function thrownBy(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error
  }
}
