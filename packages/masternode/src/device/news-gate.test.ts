import { createAllowance, createManualClock } from '@nexqloud/kernel'
import { expect, test } from 'vitest'

import { createNewsGate } from './news-gate.ts'

test('what comes too fast waits, and of one subject the newest alone passes', async () => {
  const { passed, tell, clock } = setup()
  for (let turn = 0; turn < 1000; turn += 1) tell('a', `a${turn}`)
  expect(passed).toEqual(['a0', 'a1', 'a2'])
  await clock.pass(1000)
  expect(passed).toEqual(['a0', 'a1', 'a2', 'a999'])
})

test('nothing is lost, and who waits longest passes first', async () => {
  const { passed, tell, clock } = setup()
  for (const subject of ['a', 'b', 'c', 'd', 'e', 'f']) tell(subject, subject)
  tell('d', 'd, newer')
  expect(passed).toEqual(['a', 'b', 'c'])
  await clock.pass(1100)
  expect(passed.slice(3)).toEqual(['d, newer', 'e'])
  await clock.pass(1000)
  expect(passed.slice(5)).toEqual(['f'])
})

test('news that cannot be passed on keep no others away', async () => {
  const { passed, tell, clock, gate } = setup()
  for (const subject of ['a', 'b', 'c']) tell(subject, subject)
  gate.tell('d', () => {
    throw new Error('No')
  })
  tell('e', 'e')
  await clock.pass(2000)
  expect(passed.slice(3)).toEqual(['Error: No', 'e'])
})

test('a closed gate lets nothing pass', async () => {
  const { passed, tell, clock, gate } = setup()
  for (const subject of ['a', 'b', 'c', 'd']) tell(subject, subject)
  gate.close()
  tell('e', 'e')
  await clock.pass(10_000)
  expect(passed).toEqual(['a', 'b', 'c'])
})

/** Three at once, and then two a second. */
function setup() {
  const clock = createManualClock()
  const mayPass = createAllowance({ burst: 3, perSecond: 2 }, () => clock.steadyMs())
  const passed: string[] = []
  const onFailure = (failure: unknown) => passed.push(String(failure))
  const gate = createNewsGate({ mayPass, clock, onFailure })
  const tell = (subject: string, news: string) => gate.tell(subject, () => passed.push(news))
  return { passed, tell, clock, gate }
}
