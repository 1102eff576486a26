import { expect, test } from 'vitest'

import { runwayText } from './show.ts'

test('how long an account lasts is told, and below a week what happens then', () => {
  expect(runwayText(undefined)).toBe('ever: nothing runs')
  expect(runwayText(604_800n)).toBe('7 d')
  expect(runwayText(7500n)).toBe(
    '2 h 5 min; then instances stop, those of the lowest priority and the newest first',
  )
})
