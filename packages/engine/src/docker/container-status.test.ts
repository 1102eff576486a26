import { expect, test } from 'vitest'

import type { ContainerId } from '../container/specification.ts'
import type { ImageId } from '../image/image.ts'
import type { ContainerAnswer } from './answers.ts'
import { readContainerStatus, readState } from './container-status.ts'
import { dialects } from './dialect.ts'

const never = '0001-01-01T00:00:00Z'
const start = '2026-11-25T23:43:24.103338446Z'

test('a container that runs has an address, and no end', () => {
  const status = readContainerStatus(
    answerOf({ Status: 'running', StartedAt: start }),
    dialects.docker,
  )
  expect(status).toEqual({
    id: 'ab',
    name: 'web',
    image: 'sha256:cd',
    state: 'running',
    labels: { app: 'web' },
    createdAtMs: Date.parse('2026-11-25T23:43:23Z'),
    startedAtMs: Date.parse('2026-11-25T23:43:24.103Z'),
    address: '10.210.1.2',
  })
})

test('one that has not run has neither start nor end', () => {
  const status = readContainerStatus(answerOf({ Status: 'created' }), dialects.docker)
  expect(status).not.toHaveProperty('startedAtMs')
  expect(status).not.toHaveProperty('exit')
  expect(status).not.toHaveProperty('address')
})

test('none ends before it started, whatever the engine wrote down', () => {
  const FinishedAt = '2026-11-25T23:43:24.100Z'
  const answer = answerOf({ Status: 'exited', StartedAt: start, FinishedAt })
  expect(readContainerStatus(answer, dialects.docker).exit?.finishedAtMs).toBe(Date.parse(start))
})

test.each([
  ['docker', { ExitCode: 137, OOMKilled: true }, true],
  ['docker', { ExitCode: 137, OOMKilled: false }, false],
  ['podman', { ExitCode: 137, OOMKilled: false }, undefined],
  ['podman', { ExitCode: 1, OOMKilled: false }, false],
] as const)('of %s, %j means that memory was the reason: %s', (name, said, isOomKilled) => {
  const answer = answerOf({ Status: 'exited', ...said })
  expect(readContainerStatus(answer, dialects[name]).exit?.isOomKilled).toBe(isOomKilled)
})

test.each([
  ['created', 'created'],
  ['Configured', 'created'],
  ['running', 'running'],
  ['paused', 'running'],
  ['stopping', 'running'],
  ['exited', 'exited'],
  ['stopped', 'exited'],
  ['dead', 'exited'],
  ['removing', 'exited'],
] as const)('%s means %s', (word, state) => {
  expect(readState(word)).toBe(state)
})

function answerOf(state: Partial<ContainerAnswer['State']>): ContainerAnswer {
  return {
    Id: 'ab' as ContainerId,
    Name: '/web',
    Created: '2026-11-25T23:43:23Z',
    Image: 'sha256:cd' as ImageId,
    Config: { Labels: { app: 'web', 'cloud.nexqloud.owner': 'device' }, Tty: false },
    State: {
      Status: '',
      ExitCode: 0,
      OOMKilled: false,
      Error: '',
      StartedAt: never,
      FinishedAt: never,
      ...state,
    },
    NetworkSettings: { Networks: { none: { IPAddress: '' }, own: { IPAddress: '10.210.1.2' } } },
  }
}
