import { expect, test } from 'vitest'

import { commandOf } from './command.ts'

test.each([['bash'], ['/bin/bash'], ['/bin/sh'], ['/usr/bin/sh'], ['ash']])(
  'a machine of an image that runs %s stays up',
  (program) => {
    expect(commandOf({ command: [program] })?.[0]).toBe('/bin/sh')
  },
)

test.each([[['nginx']], [['/bin/sh', '-c', 'serve']], [[]], [['/app/crash']]])(
  'a machine of an image that runs %j does what that says',
  (command) => {
    expect(commandOf({ command })).toBeUndefined()
  },
)
