import { expect, test } from 'vitest'

import { encodeStreamTarget, parseStreamTarget, type StreamTarget } from './stream-target.ts'

const targets: readonly StreamTarget[] = [
  { kind: 'control' },
  { kind: 'logs', uid: 'a-1', container: 'web', follow: true, tailLines: 10 },
  { kind: 'exec', uid: 'a-1', command: ['sh', '-c', 'echo ü'], tty: true, stdin: true },
  { kind: 'attach', uid: 'a-1' },
  { kind: 'port', uid: 'a-1', port: 80 },
]

test.each(targets)('$kind arrives as it was sent', (target) => {
  expect(parseStreamTarget(encodeStreamTarget(target))).toEqual(target)
})

test.each(['', '{', '{}', '{"kind":"host"}', '{"kind":"port","uid":"a-1","port":0}'])(
  '%j leads nowhere',
  (text) => {
    expect(parseStreamTarget(Buffer.from(text))).toBeUndefined()
  },
)
