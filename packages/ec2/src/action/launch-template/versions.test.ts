import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { LaunchTemplateSpec } from '../../resource/kinds.ts'
import { deleteVersions } from './delete-versions.ts'
import { findVersion, withVersion } from './versions.ts'

const empty: LaunchTemplateSpec = {
  LaunchTemplateId: 'lt-0123456789abcdef0',
  LaunchTemplateName: 'web',
  DefaultVersionNumber: 1,
  Versions: [],
  NextVersionNumber: 1,
}

test('whatever is added and deleted, no number is given twice, and the default version stays', () => {
  const step = fc.oneof(fc.constant('add' as const), fc.integer({ min: 1, max: 12 }))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let spec = withVersion(empty, {})
      const given = [1]
      for (const each of steps) {
        if (each === 'add') {
          spec = withVersion(spec, {})
          given.push(spec.LatestVersionNumber ?? 0)
        } else {
          spec = deleteVersions(spec, [String(each)]).left
        }
        expect(findVersion(spec, '$Default')?.VersionNumber).toBe(1)
        const newest = Math.max(...spec.Versions.map(({ VersionNumber = 0 }) => VersionNumber))
        expect(findVersion(spec, '$Latest')?.VersionNumber).toBe(newest)
      }
      expect(new Set(given).size).toBe(given.length)
    }),
  )
})

test.each(['0', '2', '-1', '1.0', '', 'latest', '$latest', '9999999999'])(
  '%j is no version of a template that has one',
  (said) => {
    expect(findVersion(withVersion(empty, {}), said)).toBeUndefined()
  },
)

test('what was deleted is told, and what was not, with the reason', () => {
  const spec = withVersion(withVersion(empty, {}), {})
  const { successes, failures } = deleteVersions(spec, ['1', '2', '2', '3'])
  expect(successes.map(({ VersionNumber }) => VersionNumber)).toEqual([2])
  expect(
    failures.map(({ VersionNumber, ResponseError }) => [VersionNumber, ResponseError?.Code]),
  ).toEqual([
    [1, 'unexpectedError'],
    [3, 'launchTemplateVersionDoesNotExist'],
  ])
})
